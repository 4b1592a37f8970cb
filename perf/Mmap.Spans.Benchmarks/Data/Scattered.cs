namespace Mmap.Spans.Benchmarks.Data;

/// <summary>
/// The places that the hit benchmarks read: words scattered over 256 KiB. The processor's cache holds them, so that
/// only the way to them is measured.
/// </summary>
internal static class Scattered
{
    /// <summary>Reads in one call of a benchmark: a fraction of a millisecond, less than a turn of the
    /// scheduler.</summary>
    public const int Reads = 50_000;

    private const long Words = 1 << 15;

    /// <summary>The offset of a read from the start of the range; the same multiplication for all
    /// contestants.</summary>
    public static long OffsetOf(int read) => (read * 40_503L & (Words - 1)) * sizeof(long);

    /// <summary>The sum of all the reads of a range.</summary>
    /// <param name="start">The offset of the range in a file of words.</param>
    public static long Sum(long start = 0)
    {
        long sum = 0;
        for (int read = 0; read < Reads; read++) sum += DataFile.Word((start + OffsetOf(read)) / sizeof(long));
        return sum;
    }
}
