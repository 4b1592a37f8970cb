using Mmap.Spans.Threading;

namespace Mmap.Spans.Memory;

/// <summary>
/// The pages of one manager's copies. What a copy leaves behind is kept for the next one of its size, so that a window
/// that is read again and again does not fault its pages in anew each time. Thread-safe.
/// </summary>
/// <remarks>
/// Pages in use and pages kept are together at most what copies may take, unless those in use alone are more. What is
/// kept is little, too: 64 blocks, 64 MiB, and no more than is in use or 1 MiB. When nothing is in use, one block may
/// stay whatever its size: that is how a reader with one window at a time goes on from each to the next.
/// No call of the system is made under the lock.
/// </remarks>
/// <param name="maxBytes">What copies may take.</param>
/// <param name="guarded">Whether regions become unreadable when they end; nothing is kept then.</param>
internal sealed class PagePool(long maxBytes, bool guarded = false)
{
    private const int MostBlocks = 64;
    private const long MostKeptBytes = 64 << 20;
    private const long AlwaysKeptBytes = 1 << 20;

    private readonly object _lock = new();

    /// <summary>What is kept, in the order in which it is given up.</summary>
    private readonly List<PageRange> _kept = [];
    private long _bytesInUse;
    private long _keptBytes;
    private bool _closed;

    /// <summary>Whether regions become unreadable when they end.</summary>
    public bool IsGuarded => guarded;

    /// <summary>The bytes of pages that copies have now.</summary>
    public long BytesInUse
    {
        get
        {
            using (new MonitorScope(_lock)) return _bytesInUse;
        }
    }

    /// <summary>The bytes of pages that wait for the next copy.</summary>
    public long KeptBytes
    {
        get
        {
            using (new MonitorScope(_lock)) return _keptBytes;
        }
    }

    /// <summary>
    /// Memory for a copy, to be filled; its address lies in its page as the offset does in the file's. What stands
    /// there before is undefined.
    /// </summary>
    /// <exception cref="InsufficientMemoryException">There is none.</exception>
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

    // SAFETY: the caller has rented the copy and has shown it to nobody yet.
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

    /// <summary>Gives everything back that only waits to be used again.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool Drain()
    {
        bool any = false;
        for (int left = Kept; left > 0 && TryTakeOldest(onlyExcess: false, out PageRange pages); left--)
            any |= TryFree(pages);
        return any;
    }

    /// <summary>Gives back everything that makes room for a load, the addresses of ended regions included.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool MakeRoom() => Drain() | (guarded && QuarantinedRanges.GiveBack());

    /// <summary>Keeps nothing from now on; copies end as before.</summary>
    public void Close()
    {
        using (new MonitorScope(_lock)) _closed = true;
        Drain();
    }

    /// <summary>Counts pages as in use, and gives some of that size if there are.</summary>
    private bool TryTake(nuint bytes, out PageRange pages)
    {
        using (new MonitorScope(_lock))
        {
            _bytesInUse += (long)bytes;
            // The latest is the likeliest to be in the processor's cache.
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
    /// Puts pages among those kept. Those that are too many by themselves go first, and no others for them.
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

    /// <summary>Whether more is kept than may be.</summary>
    private bool IsExcess =>
        _closed || _kept.Count > MostBlocks || _keptBytes > MostKeptBytes || _keptBytes + _bytesInUse > maxBytes
        || (_keptBytes > Math.Max(_bytesInUse, AlwaysKeptBytes) && (_bytesInUse > 0 || _kept.Count > 1));

    /// <summary>
    /// Gives pages back. Those that the system does not take (it would have to split a mapping) stay kept.
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
