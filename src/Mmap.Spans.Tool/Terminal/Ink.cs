namespace Mmap.Spans.Tool.Terminal;

/// <summary>What a piece of a picture means; where there are colours, it has one.</summary>
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
