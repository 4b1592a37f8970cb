namespace Mmap.Spans.Tool.Comparison;

/// <summary>One way to read a file.</summary>
/// <param name="Name">What it is called in the chart.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Read">Reads everything once, from opening the file to closing it, and returns a number that every way must agree on.</param>
/// <param name="Check">Does the same, and returns the checksum of every byte that was read.</param>
internal sealed record Way(string Name, WayKind Kind, Func<long> Read, Func<long> Check)
{
    /// <summary>Whether it reads through windows.</summary>
    public bool Ours => Kind is WayKind.Cursor or WayKind.PipeReader or WayKind.Leases;
}

/// <summary>The kinds of ways to read.</summary>
internal enum WayKind
{
    Cursor,
    PipeReader,
    Leases,
    OneMapping,
    Accessor,
    ViewStream,
    Positional,
    FileStream,
    Array,
}
