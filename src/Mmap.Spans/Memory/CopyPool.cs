namespace Mmap.Spans.Memory;

/// <summary>
/// Pages in a few sizes for the bytes of memory leases that were read and not mapped. The block of an ended lease is
/// kept for the next one of its size. Thread-safe, without a lock: one exchange takes a block, another one puts it
/// back.
/// </summary>
/// <remarks>
/// At most sixteen blocks of each size are kept, two MiB together. Of a size whose sixteen are more than a quarter of
/// the maximum of copies none is kept. A thread looks where it looked last, so threads seldom meet.
/// </remarks>
/// <param name="maxBytes">The maximum of copied bytes.</param>
internal sealed class CopyPool(long maxBytes)
{
    private const int AlignmentBytes = 64;
    private const int PlacesASize = 16;

    private static readonly int s_pageBytes = Environment.SystemPageSize;

    /// <summary>The sizes in pages; the last is that of 64 KiB which begin inside a cache line.</summary>
    private static readonly int[] s_sizes = [1, 2, 4, 8, 17];

    /// <summary>The kept blocks of each size; 0 is an empty place.</summary>
    private readonly nint[] _kept = new nint[s_sizes.Length * PlacesASize];
    private int _closed;

    /// <summary>The bytes of the block for a lease.</summary>
    public static int BytesFor(long offset, int length) => BytesOf(SizeFor(offset, length));

    /// <summary>A block for a lease, to be filled.</summary>
    /// <returns>The address of the lease's first byte, aligned as the offset is.</returns>
    /// <exception cref="InsufficientMemoryException">There is no memory.</exception>
    public nint Rent(long offset, int length)
    {
        int size = SizeFor(offset, length);
        Span<nint> kept = Places(size);
        int first = Environment.CurrentManagedThreadId;
        for (int turn = 0; turn < PlacesASize; turn++)
        {
            ref nint place = ref kept[(first + turn) % PlacesASize];
            // Order: acquire, then full; what stands in the block is undefined. Stale: a block that another thread
            // takes or puts at this moment is missed, and the next place is looked at.
            if (Volatile.Read(ref place) != 0 && Interlocked.Exchange(ref place, 0) is not 0 and nint block)
                return block + IntoLine(offset);
        }

        return NativePages.Allocate((nuint)BytesOf(size)).Start + IntoLine(offset);
    }

    /// <summary>Ends the use of a block; the caller's last read of it comes before.</summary>
    /// <param name="address">The address from <see cref="Rent"/> for the same lease.</param>
    /// <param name="offset">The lease's first byte in the file.</param>
    /// <param name="length">The lease's length.</param>
    public void Return(nint address, long offset, int length)
    {
        int size = SizeFor(offset, length);
        nint block = address - IntoLine(offset);
        if (Keeps(size))
        {
            Span<nint> kept = Places(size);
            int first = Environment.CurrentManagedThreadId;
            for (int turn = 0; turn < PlacesASize; turn++)
            {
                ref nint place = ref kept[(first + turn) % PlacesASize];
                // Order: acquire, then full; the lease's reads come before it. Stale: as in Rent.
                if (Volatile.Read(ref place) != 0 || Interlocked.CompareExchange(ref place, block, 0) != 0) continue;
                // Order: acquire, after the exchange, which is full: a closer that comes later finds the block.
                if (Volatile.Read(ref _closed) != 0) Drain();
                return;
            }
        }

        Free(size, block);
    }

    /// <summary>Returns all kept blocks to the system.</summary>
    public void Drain()
    {
        for (int size = 0; size < s_sizes.Length; size++)
        {
            foreach (ref nint place in Places(size))
            {
                // Order: full; one thread has the block.
                if (Interlocked.Exchange(ref place, 0) is not 0 and nint block) Free(size, block);
            }
        }
    }

    /// <summary>Keeps no blocks from now on; leases end as before.</summary>
    public void Close()
    {
        // Order: full; before the places are looked at.
        Interlocked.Exchange(ref _closed, 1);
        Drain();
    }

    private bool Keeps(int size) => (long)BytesOf(size) * PlacesASize <= maxBytes / 4;

    private Span<nint> Places(int size) => _kept.AsSpan(size * PlacesASize, PlacesASize);

    /// <summary>If the system refuses, the pages are lost, and stay counted.</summary>
    private static void Free(int size, nint block) => NativePages.TryFree(new PageRange(block, (nuint)BytesOf(size)));

    private static int SizeFor(long offset, int length)
    {
        int size = 0;
        while (BytesOf(size) < IntoLine(offset) + length) size++;
        return size;
    }

    private static int BytesOf(int size) => s_sizes[size] * s_pageBytes;

    private static int IntoLine(long offset) => (int)(offset & (AlignmentBytes - 1));
}
