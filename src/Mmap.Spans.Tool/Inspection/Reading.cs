namespace Mmap.Spans.Tool.Inspection;

/// <summary>What a command that reads a file has done so far.</summary>
/// <param name="Options">Its manager's.</param>
/// <param name="Statistics">Its manager's.</param>
/// <param name="Windows">The ranges that are or were mapped, in the order of the file.</param>
/// <param name="Bytes">How much it has read.</param>
/// <param name="Elapsed">In what time.</param>
/// <param name="Table">Its manager's table, as text; empty until the end, and where nobody wants it.</param>
internal sealed record Reading(
    MapManagerOptions Options, MapStatistics Statistics, List<WindowUse> Windows, long Bytes, TimeSpan Elapsed, string Table);
