using System.Globalization;
using System.Text;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Search;

/// <summary>Prints found lines as grep does, from the windows that contain them.</summary>
internal sealed class LineWriter(ToolConsole console, MappedFile file, string name, bool numbered) : IDisposable
{
    private readonly byte[] _name = Encoding.UTF8.GetBytes(name.Length > 0 ? $"{name}:" : "");
    private readonly WindowCursor _own = file.CreateCursor();

    /// <param name="line">The line.</param>
    /// <param name="finder">The finder's cursor, which usually still shows the line.</param>
    public void Write(FoundLine line, WindowCursor finder)
    {
        console.Write(_name);
        if (numbered)
        {
            Span<byte> number = stackalloc byte[20];
            line.Number.TryFormat(number, out int digits, default, CultureInfo.InvariantCulture);
            console.Write(number[..digits]);
            console.Write(":"u8);
        }

        if (finder.Offset <= line.Start && line.End < finder.End)
        {
            // Including its line feed.
            console.Write(finder.Span.Slice((int)(line.Start - finder.Offset), (int)(line.End - line.Start) + 1));
            return;
        }

        WriteParts(line, finder);
        console.Write("\n"u8);
    }

    public void Dispose() => _own.Dispose();

    /// <summary>
    /// Returns to the start of the line. The finder releases first: the budget may allow one region only.
    /// </summary>
    private void WriteParts(FoundLine line, WindowCursor finder)
    {
        finder.Release();
        for (long at = line.Start; at < line.End && _own.MoveTo(at, line.End - at); at = _own.End)
            console.Write(_own.Span);
        _own.Release();
    }
}
