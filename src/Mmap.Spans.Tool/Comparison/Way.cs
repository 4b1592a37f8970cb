namespace Mmap.Spans.Tool.Comparison;

/// <summary>One way to read a file.</summary>
/// <param name="Name">The name in the chart.</param>
/// <param name="Kind">The kind of the way.</param>
/// <param name="Read">Opens, reads and closes the file once; returns a number that all ways must agree on.</param>
/// <param name="Check">Does the same and returns the checksum of all bytes read.</param>
internal sealed record Way(string Name, WayKind Kind, Func<long> Read, Func<long> Check)
{
    /// <summary>True if the way reads through windows.</summary>
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
