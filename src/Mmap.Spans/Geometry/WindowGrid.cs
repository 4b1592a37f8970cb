using System.Numerics;
using System.Runtime.CompilerServices;

namespace Mmap.Spans.Geometry;

/// <summary>
/// The grid of windows over a file: window k covers <c>[k * Step, (k + 1) * Step + Overlap)</c>, cut at the end of the
/// file. Arithmetic only.
/// </summary>
/// <remarks><code>
///   0          Step        2*Step       3*Step
///   |-----------|-----------|-----------|------
///   [ window 0      ~~~~]                       ~~~~ is the overlap: the first bytes of the next window,
///               [ window 1      ~~~~]           so that any range of at most Overlap bytes lies whole
///                           [ window 2      ~~  in the window its first byte falls into
/// </code></remarks>
internal readonly struct WindowGrid
{
    /// <summary>The length of the longest region: that of a span, 2 GiB, less one page of 4 KiB.</summary>
    public const int LongestRegionBytes = int.MaxValue - 4095;

    /// <summary>
    /// The binary logarithm of <see cref="Step"/>; 0 for the steps of whole files, which are no powers of two.
    /// </summary>
    private readonly int _shift;

    private WindowGrid(long step, int overlap)
    {
        Step = step;
        Overlap = overlap;
        _shift = BitOperations.IsPow2(step) ? BitOperations.Log2((ulong)step) : 0;
    }

    /// <summary>Bytes from the start of one window to the start of the next.</summary>
    public long Step { get; }

    /// <summary>Bytes of the next window that every window also covers.</summary>
    public int Overlap { get; }

    /// <summary>A grid of windows of <paramref name="step"/> bytes, which is a power of two.</summary>
    public static WindowGrid Of(long step, int overlap) => new(step, overlap);

    /// <summary>The grid with the fewest windows: each as long as a span can be, with its overlap.</summary>
    /// <param name="overlap">Bytes shared by neighbours.</param>
    /// <param name="granularity">The alignment of the start of a mapping, in bytes.</param>
    public static WindowGrid WholeFile(int overlap, int granularity) =>
        new((LongestRegionBytes - overlap) / granularity * granularity, overlap);

    /// <summary>The window that serves a range that starts at <paramref name="offset"/> (not negative).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long IndexOf(long offset)
    {
        if (_shift != 0) return (long)((ulong)offset >> _shift);
        return (ulong)offset < (ulong)Step ? 0 : (long)((ulong)offset / (ulong)Step);
    }

    /// <summary>The offset of the first byte of window <paramref name="index"/>.</summary>
    public long StartOf(long index) => index * Step;

    /// <summary>
    /// The length of window <paramref name="index"/> in a file of that length; 0 past its end.
    /// </summary>
    public int LengthOf(long index, long fileLength)
    {
        long remaining = fileLength - StartOf(index);
        return remaining <= 0 ? 0 : (int)Math.Min(Step + Overlap, remaining);
    }

    /// <summary>
    /// The number of bytes that a window of that length may cover when the file grows. A window of a whole file gets
    /// room to double, because 2 GiB of addresses for each small file would be too much.
    /// </summary>
    public int RoomFor(int length) => (int)Math.Min(
        Step + Overlap,
        _shift != 0 ? long.MaxValue : BitOperations.RoundUpToPowerOf2((uint)length + 1) + (long)Overlap);

    /// <summary>
    /// The charge of a window's mapping: the bytes of its step. The overlap is the next window's, whose pages are in
    /// memory once; so a file as large as the budget fits.
    /// </summary>
    /// <param name="mappedBytes">The length of the mapping.</param>
    public long ChargeOf(long mappedBytes) => Math.Min(mappedBytes, Step);

    /// <summary>
    /// The number of bytes of a range in the window where it begins; 0 at or past the end of the file.
    /// </summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">The number of bytes; the range may go past the end.</param>
    /// <param name="fileLength">The length of the file.</param>
    public int PartOf(long offset, long length, long fileLength)
    {
        if (offset >= fileLength) return 0;
        long index = IndexOf(offset);
        return (int)Math.Min(length, StartOf(index) + LengthOf(index, fileLength) - offset);
    }

    /// <summary>The number of windows that begin before the end of a file of that length.</summary>
    public long CountFor(long fileLength) => fileLength <= 0 ? 0 : (fileLength - 1) / Step + 1;
}
