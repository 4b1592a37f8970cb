using System.Diagnostics;
using Mmap.Spans.Memory;

namespace Mmap.Spans.Regions;

/// <summary>
/// Memory of one thread for the bytes of a span lease that was read and not mapped. Only that thread takes and releases
/// it, because a span lease cannot leave its thread. So it needs no lock.
/// </summary>
/// <remarks>
/// A thread has at most eight, made when first needed. The first free one is taken, so that a thread with one lease at
/// a time stays in one buffer. A lease names its buffer by a token that is never reused: a late copy of the lease finds
/// another token there, or none. The finalizer returns the pages after the thread has ended. Until then the thread's
/// own field holds the buffers; afterwards no span of it can be read.
/// </remarks>
internal sealed class SpanBuffer
{
    /// <summary>The length of the longest lease that is read and not mapped.</summary>
    public const int LongestBytes = 64 << 10;

    private const int MostAThread = 8;
    private const int AlignmentBytes = 64;

    private static long s_processBytes;

    [ThreadStatic]
    private static SpanBuffer?[]? t_own;

    [ThreadStatic]
    private static long t_lastToken;

    private readonly PageRange _pages;
    private readonly int _place;

    /// <summary>The lease that has it, or 0.</summary>
    private long _token;

    /// <summary>The lease's offset in the file.</summary>
    private long _offset;

    private SpanBuffer(int place)
    {
        _place = place;
        _pages = NativePages.Allocate((nuint)(LongestBytes + Environment.SystemPageSize));
        // Order: full, because threads that make buffers at once must all count; nothing else relies on it.
        Interlocked.Add(ref s_processBytes, (long)_pages.Bytes);
    }

    ~SpanBuffer()
    {
        // Without pages if there was no memory for them. If the system refuses, they are lost with their addresses.
        if (_pages.Bytes == 0) return;
        NativePages.TryFree(_pages);
        // Order: full, as in the constructor.
        Interlocked.Add(ref s_processBytes, -(long)_pages.Bytes);
    }

    /// <summary>The bytes of all threads' buffers.</summary>
    // Order: acquire. Stale: it is shown to people; nothing is decided by it.
    public static long ProcessBytes => Volatile.Read(ref s_processBytes);

    /// <summary>
    /// A free buffer of the calling thread; null if leases have them all, or there is no memory for one.
    /// </summary>
    public static SpanBuffer? TryFind()
    {
        SpanBuffer?[] own = t_own ??= new SpanBuffer?[MostAThread];
        for (int place = 0; place < own.Length; place++)
        {
            if (own[place] is not { } buffer) return own[place] = TryMake(place);
            if (buffer._token == 0) return buffer;
        }

        return null;
    }

    /// <summary>The bytes for a lease, to be filled; aligned as the offset is.</summary>
    /// <param name="offset">The lease's first byte in the file.</param>
    /// <param name="length">At most <see cref="LongestBytes"/>.</param>
    public Span<byte> BytesFor(long offset, int length)
    {
        Debug.Assert((uint)length <= LongestBytes, "A longer lease is mapped.");
        // SAFETY: the pages hold the longest lease and one page more, and belong to the calling thread until it ends.
        unsafe
        {
            return new Span<byte>((byte*)_pages.Start + (offset & (AlignmentBytes - 1)), length);
        }
    }

    /// <summary>Gives the buffer to a lease, before it is filled.</summary>
    /// <param name="offset">The lease's first byte in the file.</param>
    /// <returns>The token, which is negative, for <see cref="Release"/>.</returns>
    public long Take(long offset)
    {
        _offset = offset;
        return _token = -((++t_lastToken * MostAThread) + _place);
    }

    /// <summary>Releases the buffer of a token.</summary>
    /// <returns>False, with nothing done, if it was released before.</returns>
    public static bool Release(long token)
    {
        if (TryFind(token) is not { } buffer) return false;
        buffer._token = 0;
        return true;
    }

    /// <summary>The offset in the file of a lease's first byte.</summary>
    public static long OffsetOf(long token) => TryFind(token)?._offset ?? 0;

    private static SpanBuffer? TryFind(long token) =>
        t_own?[(int)(-token & (MostAThread - 1))] is { } buffer && buffer._token == token ? buffer : null;

    private static SpanBuffer? TryMake(int place)
    {
        try
        {
            return new SpanBuffer(place);
        }
        catch (InsufficientMemoryException)
        {
            // The lease is mapped then, and whatever it meets there goes to the caller.
            return null;
        }
    }
}
