using System.Text;

namespace Mmap.Spans.Tool.Terminal;

/// <summary>Lines of text in different inks, shown in colours on a terminal and without elsewhere.</summary>
internal sealed class Picture
{
    private readonly List<(string Text, Ink Ink)> _pieces = [];

    /// <summary>The pieces in order; a line feed ends a line and stands alone.</summary>
    public IReadOnlyList<(string Text, Ink Ink)> Pieces => _pieces;

    /// <summary>Appends to the current line.</summary>
    public Picture Add(string text, Ink ink = Ink.Plain)
    {
        _pieces.Add((text, ink));
        return this;
    }

    /// <summary>Appends to the current line and ends it.</summary>
    public Picture Line(string text = "", Ink ink = Ink.Plain) => Add(text, ink).Add("\n");

    /// <summary>Appends a text, broken into lines that fit, with the same indent.</summary>
    public Picture Wrapped(string text, int indent, int width, Ink ink = Ink.Plain)
    {
        foreach (string line in Lines.Wrap(text, width - indent)) Line(new string(' ', indent) + line, ink);
        return this;
    }

    /// <summary>The text without inks.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach ((string piece, _) in _pieces) text.Append(piece);
        return text.ToString();
    }
}
