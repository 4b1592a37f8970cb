using Mmap.Spans.Diagnostics;
using Mmap.Spans.Memory;
using Mmap.Spans.Threading;

namespace Mmap.Spans.Regions;

/// <summary>
/// The policy of a manager's regions in one place: how a region is had, how it goes, and what is done when there is no
/// room. Thread-safe. A hit takes no lock; a miss on one window waits for nobody but its own loader.
/// </summary>
/// <remarks>
/// All retiring of shared regions happens under one gate, by one thread at a time (two retirers with a rescue between
/// them would be an ABA). Where a region is:
/// <code>
///              push                  drain          TakeVictim, TryMark, fence, scan
///   loaded ───────────▶ inbox ────────────────▶ ring ───────────────────────────────▶ limbo ──▶ retired
///                         ▲                      │ pinned: TryPark                     │
///                         └──── last pin goes ── parked ◀──── spared or rescued ───────┘
/// </code>
/// </remarks>
internal sealed partial class RegionTable
{
    /// <summary>
    /// With that many regions that the system refuses to unmap, no other is dropped for want of room: it would be refused
    /// as well, most likely, and what it holds is worth more mapped and known than mapped and lost.
    /// </summary>
    private const int MostStuck = 8;

    private readonly OverBudget _overBudget;
    private readonly object _gate = new();
    private readonly RegionInbox _inbox = new();
    private readonly RegionClock _clock = new();
    private readonly Queue<Region> _limbo = new();
    private readonly List<Region> _stuck = [];
    private readonly List<Region> _arrived = [];
    private readonly List<Region> _marked = [];
    private readonly List<RegionMemory> _leaving = [];
    private readonly List<long> _hazards = [];
    private readonly HashSet<Region> _apart = [];
    private int _sweepRequested;
    private long _misses, _maps, _evictions, _retries, _fallbacks;

    /// <param name="maxBytes">What regions may hold together.</param>
    /// <param name="maxRegions">How many there may be.</param>
    /// <param name="overBudget">What happens when leases hold all of the bytes.</param>
    /// <param name="shareNothing">Whether every lease gets a region for itself, gone with it.</param>
    public RegionTable(long maxBytes, int maxRegions, OverBudget overBudget, bool shareNothing = false)
    {
        SharesNothing = shareNothing;
        Budget = new RegionBudget(maxBytes, maxRegions);
        _overBudget = overBudget;
    }

    public RegionBudget Budget { get; }

    /// <summary>Whether every lease has a region for itself.</summary>
    public bool SharesNothing { get; }

    public long Misses => Seen(ref _misses);

    public long Maps => Seen(ref _maps);

    public long Evictions => Seen(ref _evictions);

    public long Retries => Seen(ref _retries);

    public long Fallbacks => Seen(ref _fallbacks);

    /// <summary>The region of a window, Live, with a reference of the caller's. Loads it if need be.</summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    /// <exception cref="FileChangedException">The file now ends before the window begins.</exception>
    /// <exception cref="MapBudgetExceededException">Live leases hold all there may be.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    public Region Acquire(RegionDirectory directory, long index)
    {
        if (SharesNothing)
            return AcquireExact(directory, directory.Grid.StartOf(index), directory.Grid.LengthOf(index, directory.Length));

        while (true)
        {
            Region? region = directory.At(index);
            if (region is null)
            {
                region = directory.GetOrAdd(index, out bool added);
                if (added)
                {
                    Load(region, directory.Grid.LengthOf(index, directory.Length));
                    return region;
                }
            }

            if (!region.State.TryReference())
            {
                // Closing or Retired, and nothing changed. Its closer or sweeper is about to take it out; no need to wait.
                directory.Forget(region);
                continue;
            }

            // With the reference it can only be Loading, Live, or failed by now.
            if (region.State.IsLive || WaitForLoad(region))
            {
                region.Touch();
                return region;
            }

            // The load failed. This thread starts over, and gets a region or an error of its own.
            Release(region);
        }
    }

    /// <summary>A region for that range alone, Live, shared with nobody, gone when it is released.</summary>
    public Region AcquireExact(RegionDirectory directory, long offset, int length)
    {
        directory.ThrowIfClosed();
        Region region = Region.ForOneLease(directory, offset);
        Load(region, length);
        if (region.Length >= length) return region;

        long end = region.End;
        EndExact(region);
        throw FileChangedException.Shrunk(directory.Name, new FileRange(offset, length), end);
    }

    /// <summary>Gives a reference back; the one of an exact region ends it.</summary>
    public void Release(Region region)
    {
        if (region.IsExact) EndExact(region);
        else if (region.State.Release()) NotifySweeper(region);
    }

    /// <summary>Says that the last pin of a Closing or Parked region may have gone.</summary>
    public void NotifySweeper(Region region)
    {
        _inbox.Put(region);
        RequestSweep();
    }

    /// <summary>Takes regions that are off their directory out of use; each is unmapped when its last pin goes.</summary>
    public void Close(List<Region> regions)
    {
        Announce(regions);
        RequestSweep();
    }

    /// <summary>As <see cref="Close"/>, but returns only when the idle ones among them are unmapped.</summary>
    /// <returns>How many are.</returns>
    public int CloseNow(List<Region> regions)
    {
        Announce(regions);
        using (new MonitorScope(_gate)) Drain();
        SweepIfRequested();
        // Retired and still among those apart: the system refuses to unmap it.
        using (new MonitorScope(_apart)) return regions.Count(region => region.State.IsRetired && !_apart.Contains(region));
    }

    /// <summary>Drops every idle region.</summary>
    /// <returns>How many.</returns>
    public int Trim()
    {
        int dropped = 0;
        using (new MonitorScope(_gate))
        {
            Drain();
            while (EvictOne(Math.Max(_clock.Count, 1)) is not null) dropped++;
        }

        SweepIfRequested();
        return dropped;
    }

    /// <summary>The regions that are on no directory's grid: exact ones, and closed ones that are still pinned.</summary>
    public List<Region> Apart()
    {
        using (new MonitorScope(_apart)) return [.. _apart];
    }

    // Order: acquire, so that a number read after a call counts that call. Stale: a number that others raise meanwhile
    // is a moment old, and nothing is decided by it.
    private static long Seen(ref long statistic) => Volatile.Read(ref statistic);

    // Order: full, because two threads that count at once must both count; nothing relies on what comes before or after.
    private static void Count(ref long statistic) => Interlocked.Increment(ref statistic);

    private void EndExact(Region region)
    {
        if (region.State.TryEndExact()) Unload(region);
    }

    private void Announce(List<Region> regions)
    {
        foreach (Region region in regions)
        {
            using (new MonitorScope(_apart)) _apart.Add(region);
            if (region.State.Close()) _inbox.Put(region);
            else ForgetApart(region);
        }
    }

    /// <summary>Charges, maps and publishes a region whose one reference is the caller's.</summary>
    private void Load(Region region, int length)
    {
        Count(ref _misses);
        MapMetrics.Missed();
        RegionDirectory directory = region.Directory;
        bool charged = false;
        try
        {
            if (length <= 0) throw FileChangedException.Shrunk(directory.Name, new FileRange(region.Start, 1), directory.Length);
            region.ChargedBytes = directory.Backing.ChargeFor(region.Start, length);
            Charge(region, length);
            charged = true;
            Budget.NotePeak();
            region.Fill(Map(region, length));
            Count(ref _maps);
        }
        catch
        {
            // Whatever went wrong goes to the caller; here only what was taken is given back.
            if (charged) Uncharge(region);
            directory.Forget(region);
            if (region.State.Fail()) Wake(region);
            // Who closed it meanwhile has it among the regions apart, and no unload will take it out.
            ForgetApart(region);
            throw;
        }

        if (region.IsExact)
        {
            using (new MonitorScope(_apart)) _apart.Add(region);
        }

        if (region.State.Publish()) Wake(region);
        // Told of only now that nobody waits for it: a listener may itself want a lease of the window.
        MapMetrics.Mapped();
        MapEvents.Log.Map(directory.Name, region.Start, region.Length, region.Memory.IsCopy);
        if (region.IsExact) return;

        // First into the inbox, then a look at the budget: of two threads that load at once, the later look sees both.
        _inbox.Put(region);
        if (Budget.IsOver) RequestSweep();
    }

    private RegionMemory Map(Region region, int length)
    {
        IBacking backing = region.Directory.Backing;
        while (true)
        {
            try
            {
                return backing.Load(region.Start, length);
            }
            catch (Exception e) when (SystemLimits.IsExhausted(e))
            {
                // Only a lack of something that other regions hold is worth dropping them for, one at a time.
                if (TryMakeRoom())
                {
                    Count(ref _retries);
                    MapMetrics.Retried();
                    MapEvents.Log.Retry(region.Directory.Name, region.Start, length, e.Message);
                    continue;
                }

                if (backing.Fallback is not { } fallback)
                    throw new IOException(
                        $"Bytes {new FileRange(region.Start, length)} of '{region.Directory.Name}' cannot be loaded, and nothing idle is left to drop: {e.Message} {SystemLimits.Describe()}", e);
                backing = fallback;
                Count(ref _fallbacks);
                MapMetrics.FellBack();
                MapEvents.Log.Fallback(region.Directory.Name, region.Start, length, e.Message);
            }
        }
    }

    /// <summary>Gives room back, that of one idle region at least, waiting for the gate.</summary>
    /// <returns>False if nothing idle is left, or the system refuses to unmap it.</returns>
    private bool TryMakeRoom()
    {
        // A listener of our own events may come here from inside a sweep.
        if (Monitor.IsEntered(_gate)) return false;

        bool freed;
        using (new MonitorScope(_gate))
        {
            // What was waiting to go may have made the room already.
            freed = Drain() > 0;
            if (!freed && EvictOne(_clock.Batch) is { } evicted)
            {
                freed = true;
                CountEviction(evicted);
            }
        }

        SweepIfRequested();
        return freed;
    }

    private void Charge(Region region, int length)
    {
        // Each time one more try after a sweep that freed nothing: another thread's may have, while this one waited.
        while (!Budget.TryAddRegion())
        {
            if (TryMakeRoom()) continue;
            if (Budget.TryAddRegion()) break;
            throw Exceeded(region, length);
        }

        if (_overBudget == OverBudget.Exceed)
        {
            if (Budget.Charge(region.ChargedBytes)) RequestSweep();
            return;
        }

        while (!Budget.TryCharge(region.ChargedBytes))
        {
            if (TryMakeRoom()) continue;
            if (Budget.TryCharge(region.ChargedBytes)) break;
            Budget.RemoveRegion();
            throw Exceeded(region, length);
        }
    }

    private void Uncharge(Region region)
    {
        Budget.Uncharge(region.ChargedBytes);
        Budget.RemoveRegion();
    }

    private MapBudgetExceededException Exceeded(Region region, int length)
    {
        string limits = $"{Budget.Bytes} of {Budget.MaxBytes} bytes in {Budget.Regions} of {Budget.MaxRegions} regions";
        int stuck = Stuck;
        if (stuck > 0) limits += $", and {stuck} of these the system refuses to unmap";
        var wanted = new FileRange(region.Start, length);
        return new MapBudgetExceededException(
            $"There is no room for bytes {wanted} of '{region.Directory.Name}' ({region.ChargedBytes} bytes): live leases hold {limits}. {DescribeLargestHolder?.Invoke()}");
    }

    /// <summary>Names the file whose leases hold most; set by who knows the files.</summary>
    public Func<string>? DescribeLargestHolder { get; set; }

    /// <summary>Waits until a region that the caller has a reference on is loaded. Burns no processor.</summary>
    /// <returns>False if loading failed.</returns>
    private bool WaitForLoad(Region region)
    {
        try
        {
            using (new MonitorScope(region))
            {
                while (region.State.TryAnnounceWaiter()) Monitor.Wait(region);
            }
        }
        catch
        {
            // The thread was interrupted while it slept; its reference must not stay.
            Release(region);
            throw;
        }

        return !region.State.IsRetired;
    }

    private static void Wake(Region region)
    {
        using (new MonitorScope(region)) Monitor.PulseAll(region);
    }

    /// <summary>Takes a retired region's bytes out of memory.</summary>
    /// <returns>False if the system refused. They are still mapped then, and so still charged; the next sweep tries again.</returns>
    private bool Unload(Region region)
    {
        region.Directory.Forget(region);
        if (region.Directory.Backing.TryUnload(region.Memory))
        {
            Uncharge(region);
            NoteUnmapped(region);
            return true;
        }

        using (new MonitorScope(_apart)) _apart.Add(region);
        using (new MonitorScope(_stuck)) _stuck.Add(region);
        return false;
    }

    private void NoteUnmapped(Region region)
    {
        ForgetApart(region);
        MapEvents.Log.Unmap(region.Directory.Name, region.Start, region.Length);
    }

    private void ForgetApart(Region region)
    {
        using (new MonitorScope(_apart)) _apart.Remove(region);
    }
}
