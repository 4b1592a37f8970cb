namespace Mmap.Spans.Tool.Comparison;

/// <summary>Reads the first and the last byte of a record, so that the access dominates the time.</summary>
internal readonly struct FirstAndLast : IWork
{
    public static long Add(long sum, ReadOnlySpan<byte> bytes) => sum + bytes[0] + bytes[^1];
}
