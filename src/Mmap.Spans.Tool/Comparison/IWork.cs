namespace Mmap.Spans.Tool.Comparison;

/// <summary>What is done with the bytes that were read. A structure, so that it is compiled into the loop that reads.</summary>
internal interface IWork
{
    /// <summary>The sum so far with these bytes added.</summary>
    static abstract long Add(long sum, ReadOnlySpan<byte> bytes);
}
