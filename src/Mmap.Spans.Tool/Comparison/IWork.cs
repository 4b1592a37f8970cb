namespace Mmap.Spans.Tool.Comparison;

/// <summary>The work done with the bytes. A structure, so that the compiler inlines it into the reading loop.</summary>
internal interface IWork
{
    /// <summary>Adds these bytes to the sum.</summary>
    static abstract long Add(long sum, ReadOnlySpan<byte> bytes);
}
