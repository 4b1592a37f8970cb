namespace Mmap.Spans.Tool.Comparison;

/// <summary>Looks at the ends of a record, so that the time is the time to get at it.</summary>
internal readonly struct FirstAndLast : IWork
{
    public static long Add(long sum, ReadOnlySpan<byte> bytes) => sum + bytes[0] + bytes[^1];
}
