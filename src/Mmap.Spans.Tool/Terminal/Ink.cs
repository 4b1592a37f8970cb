namespace Mmap.Spans.Tool.Terminal;

/// <summary>The meaning of a piece of a picture; each has a colour where colours are shown.</summary>
internal enum Ink
{
    Plain,
    Title,
    Faint,
    Ours,
    Theirs,

    /// <summary>The four shades of a heat strip, from little to all.</summary>
    Cool,
    Mild,
    Warm,
    Hot,
}
