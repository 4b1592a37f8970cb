namespace Mmap.Spans.Tool.Inspection;

/// <summary>A range of a file that was mapped.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its bytes, overlap included.</param>
/// <param name="Now">How many times it is mapped now.</param>
/// <param name="Maps">How many times it was mapped so far.</param>
internal sealed record WindowUse(long Offset, long Length, int Now, long Maps);
