namespace Mmap.Spans.Tool.Inspection;

/// <summary>A range of a file that was mapped at least once.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its bytes, overlap included.</param>
/// <param name="Now">The number of its present mappings.</param>
/// <param name="Maps">The number of its mappings so far.</param>
internal sealed record WindowUse(long Offset, long Length, int Now, long Maps);
