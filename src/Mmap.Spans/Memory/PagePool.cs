using Mmap.Spans.Threading;

namespace Mmap.Spans.Memory;

/// <summary>
/// The pages of one manager's copies. The pages of an ended copy are kept for the next one of its size. So a window
/// read again and again does not fault in new pages each time. Thread-safe.
/// </summary>
/// <remarks>
/// Used and kept pages together are at most the maximum of copies, unless the used ones alone are more. At most 64
/// blocks, 64 MiB, and as much as is in use or 1 MiB are kept. If nothing is in use, one block of any size may stay: a
/// reader with one window at a time reuses it. No system call is made under the lock.
/// </remarks>
/// <param name="maxBytes">The maximum of copied bytes.</param>
/// <param name="guarded">True if regions become unreadable when they end; no pages are kept then.</param>
internal sealed class PagePool(long maxBytes, bool guarded = false)
{
    private const int MostBlocks = 64;
    private const long MostKeptBytes = 64 << 20;
    private const long AlwaysKeptBytes = 1 << 20;

    private readonly object _lock = new();

    /// <summary>The kept pages, in the order in which they are returned to the system.</summary>
    private readonly List<PageRange> _kept = [];
    private long _bytesInUse;
    private long _keptBytes;
    private bool _closed;

    /// <summary>True if regions become unreadable when they end.</summary>
    public bool IsGuarded => guarded;

    /// <summary>The bytes of pages in use by copies.</summary>
    public long BytesInUse
    {
        get
        {
            using (new MonitorScope(_lock)) return _bytesInUse;
        }
    }

    /// <summary>The bytes of pages kept for the next copy.</summary>
    public long KeptBytes
    {
        get
        {
            using (new MonitorScope(_lock)) return _keptBytes;
        }
    }

    /// <summary>
    /// Lends memory for a copy; the caller fills it. Its address is aligned in its page as the offset is in the file's.
    /// Its content is undefined.
    /// </summary>
    /// <exception cref="InsufficientMemoryException">The system has no memory.</exception>
    public RegionMemory Rent(long offset, int length)
    {
        int before = PageRange.BytesIntoPage(offset);
        nuint bytes = PageRange.Of(before, length).Bytes;
        if (!TryTake(bytes, out PageRange pages))
        {
            try
            {
                FreeExcess();
                pages = NativePages.Allocate(bytes);
            }
            catch
            {
                CountOut(bytes);
                throw;
            }
        }

        return new RegionMemory(pages.Start + before, length, null);
    }

    // SAFETY: the caller has rented the copy and has not shown it to any other thread.
    public static unsafe Span<byte> Writable(in RegionMemory copy) => new((void*)copy.Address, copy.Length);

    /// <summary>Ends a copy.</summary>
    /// <returns>False if the system refused; nothing has changed then.</returns>
    public bool TryEnd(in RegionMemory copy)
    {
        PageRange pages = PageRange.Of(copy);
        if (guarded)
        {
            if (!QuarantinedRanges.TryEnd(copy)) return false;
            NativePages.CountOut(pages);
            CountOut(pages.Bytes);
            return true;
        }

        Keep(pages);
        FreeExcess();
        return true;
    }

    /// <summary>Returns all kept pages to the system.</summary>
    /// <returns>False if there were none.</returns>
    public bool Drain()
    {
        bool any = false;
        for (int left = Kept; left > 0 && TryTakeOldest(onlyExcess: false, out PageRange pages); left--)
            any |= TryFree(pages);
        return any;
    }

    /// <summary>Returns everything that makes room for a load, including the addresses of ended regions.</summary>
    /// <returns>False if there was nothing.</returns>
    public bool MakeRoom() => Drain() | (guarded && QuarantinedRanges.GiveBack());

    /// <summary>Keeps no pages from now on; copies end as before.</summary>
    public void Close()
    {
        using (new MonitorScope(_lock)) _closed = true;
        Drain();
    }

    /// <summary>Counts pages as in use, and takes kept ones of that size if there are any.</summary>
    private bool TryTake(nuint bytes, out PageRange pages)
    {
        using (new MonitorScope(_lock))
        {
            _bytesInUse += (long)bytes;
            // The latest is the most likely one in the processor's cache.
            int at = _kept.Count - 1;
            while (at >= 0 && _kept[at].Bytes != bytes) at--;
            pages = at < 0 ? default : _kept[at];
            if (at < 0) return false;
            _kept.RemoveAt(at);
            _keptBytes -= (long)bytes;
            return true;
        }
    }

    private void Keep(PageRange pages)
    {
        using (new MonitorScope(_lock))
        {
            _bytesInUse -= (long)pages.Bytes;
            Insert(pages);
        }
    }

    /// <summary>
    /// Adds pages to the kept ones. If they exceed the limits by themselves, they are freed, and no others for them.
    /// </summary>
    private void Insert(PageRange pages)
    {
        _kept.Insert((long)pages.Bytes > MostKeptBytes ? 0 : _kept.Count, pages);
        _keptBytes += (long)pages.Bytes;
    }

    private void FreeExcess()
    {
        for (int left = Kept; left > 0 && TryTakeOldest(onlyExcess: true, out PageRange pages); left--) TryFree(pages);
    }

    private bool TryTakeOldest(bool onlyExcess, out PageRange pages)
    {
        using (new MonitorScope(_lock))
        {
            pages = default;
            if (_kept.Count == 0 || (onlyExcess && !IsExcess)) return false;
            pages = _kept[0];
            _kept.RemoveAt(0);
            _keptBytes -= (long)pages.Bytes;
            return true;
        }
    }

    /// <summary>The number of blocks kept.</summary>
    private int Kept
    {
        get
        {
            using (new MonitorScope(_lock)) return _kept.Count;
        }
    }

    /// <summary>True if more is kept than allowed.</summary>
    private bool IsExcess =>
        _closed || _kept.Count > MostBlocks || _keptBytes > MostKeptBytes || _keptBytes + _bytesInUse > maxBytes
        || (_keptBytes > Math.Max(_bytesInUse, AlwaysKeptBytes) && (_bytesInUse > 0 || _kept.Count > 1));

    /// <summary>
    /// Returns pages to the system. If it refuses (it would have to split a mapping), they stay kept.
    /// </summary>
    private bool TryFree(PageRange pages)
    {
        if (NativePages.TryFree(pages)) return true;
        using (new MonitorScope(_lock)) Insert(pages);
        return false;
    }

    private void CountOut(nuint bytes)
    {
        using (new MonitorScope(_lock)) _bytesInUse -= (long)bytes;
    }
}
