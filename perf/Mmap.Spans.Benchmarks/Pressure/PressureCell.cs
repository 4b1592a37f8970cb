using Mmap.Spans.Benchmarks.Data;

namespace Mmap.Spans.Benchmarks.Pressure;

/// <summary>The reads of one cell: their length, their threads and their place.</summary>
/// <param name="Length">The bytes of a read.</param>
/// <param name="Threads">The threads that read at once.</param>
/// <param name="IsHot">True if nine of ten reads are in the first tenth of the file; false if they are spread
/// evenly.</param>
internal sealed record PressureCell(int Length, int Threads, bool IsHot)
{
    /// <summary>
    /// As good as random, and the same for all ways; multiples of the length, so that no read crosses an edge.
    /// </summary>
    public long OffsetOf(int thread, int turn)
    {
        ulong word = (ulong)DataFile.Word(turn * 16L + thread);
        long places = PressureReads.FileBytes / Length;
        // The low digit decides, and the rest of the word is the place.
        if (IsHot && word % 10 != 0) places /= 10;
        return (long)(word / 10 % (ulong)places) * Length;
    }
}
