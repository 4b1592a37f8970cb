namespace Mmap.Spans.Tool.Inspection;

/// <summary>The progress of a command that reads a file.</summary>
/// <param name="Options">The options of its manager.</param>
/// <param name="Statistics">The statistics of its manager.</param>
/// <param name="Windows">The ranges that are or were mapped, in file order.</param>
/// <param name="Bytes">The number of bytes read.</param>
/// <param name="Elapsed">The elapsed time.</param>
/// <param name="Table">The manager's table as text; empty before the end, or if it is not needed.</param>
internal sealed record Reading(
    MapManagerOptions Options,
    MapStatistics Statistics,
    List<WindowUse> Windows,
    long Bytes,
    TimeSpan Elapsed,
    string Table);
