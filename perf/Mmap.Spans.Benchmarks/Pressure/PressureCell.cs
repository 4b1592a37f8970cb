using Mmap.Spans.Benchmarks.Data;

namespace Mmap.Spans.Benchmarks.Pressure;

/// <summary>What is read: how long, by how many threads, and where.</summary>
/// <param name="Length">The bytes of a read.</param>
/// <param name="Threads">How many read at once.</param>
/// <param name="IsHot">Whether nine of ten reads are in the first tenth of the file; else all are anywhere.</param>
internal sealed record PressureCell(int Length, int Threads, bool IsHot)
{
    /// <summary>
    /// As good as random, and the same for all ways; multiples of the length, so that no read crosses an edge.
    /// </summary>
    public long OffsetOf(int thread, int turn)
    {
        ulong word = (ulong)DataFile.Word(turn * 16L + thread);
        long places = PressureReads.FileBytes / Length;
        // The low digit decides, and what is left of the word is the place.
        if (IsHot && word % 10 != 0) places /= 10;
        return (long)(word / 10 % (ulong)places) * Length;
    }
}
