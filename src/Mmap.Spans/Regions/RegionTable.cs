using System.Runtime.CompilerServices;
using Mmap.Spans.Memory;
using Mmap.Spans.Threading;

namespace Mmap.Spans.Regions;

/// <summary>
/// Loads, shares and evicts the regions of one manager within its budget. Thread-safe. A hit takes no lock. A miss
/// waits for its own window's loader, and for the sweeper only if the budget is full.
/// </summary>
internal sealed class RegionTable
{
    private readonly OverBudget _overBudget;
    private readonly Unmapper _unmapper;
    private readonly Sweeper _sweeper;

    /// <param name="budget">The limits of all regions together.</param>
    /// <param name="overBudget">The choice when leases hold all of the bytes.</param>
    /// <param name="observer">Receives the events of the table.</param>
    /// <param name="shareNothing">True to give every lease its own region, which ends with it.</param>
    /// <param name="copyWhenFull">True to read short leases for which a window has no place.</param>
    public RegionTable(RegionBudget budget, OverBudget overBudget, IRegionObserver observer,
        bool shareNothing = false, bool copyWhenFull = false)
    {
        SharesNothing = shareNothing;
        Budget = budget;
        _overBudget = overBudget;
        Observer = observer;
        _unmapper = new Unmapper(budget, observer);
        _sweeper = new Sweeper(budget, _unmapper);
        if (copyWhenFull && !shareNothing) Copies = new CopyWhenFull(budget, overBudget, _sweeper, observer);
    }

    public RegionBudget Budget { get; }

    /// <summary>Receives the events of the table and of its files.</summary>
    public IRegionObserver Observer { get; }

    /// <summary>The leases that are read and not mapped; null if none are.</summary>
    public CopyWhenFull? Copies { get; }

    /// <summary>True if every lease has its own region.</summary>
    public bool SharesNothing { get; }

    /// <summary>Describes the leases on mappings (false), copies (true) or both; set by the files' owner.</summary>
    public Func<bool?, string>? DescribeHolders { get; set; }

    /// <summary>Acquires the region of a window, Live, with a reference for the caller. Loads it if needed.</summary>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    /// <exception cref="FileChangedException">The file now ends before the window begins.</exception>
    /// <exception cref="MapBudgetExceededException">Live leases hold the whole budget.</exception>
    /// <exception cref="IOException">The system refuses the load.</exception>
    public Region Acquire(RegionDirectory directory, long index)
    {
        if (SharesNothing)
            return AcquireExact(directory, directory.Grid.StartOf(index),
                directory.Grid.LengthOf(index, directory.Length));

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
                // Closing or Retired, with nothing changed. Its closer or sweeper is about to remove it.
                directory.Forget(region);
                continue;
            }

            // With the reference it can only be Loading, Live, or failed by now.
            if (region.State.IsLive || WaitForLoad(region))
            {
                region.Touch();
                return region;
            }

            // The load failed. This thread starts over, and gets its own region or error.
            Release(region);
        }
    }

    /// <summary>Acquires a region for that range alone, Live, never shared; its release ends it.</summary>
    public Region AcquireExact(RegionDirectory directory, long offset, int length)
    {
        directory.ThrowIfClosed();
        Region region = Region.ForOneLease(directory, offset);
        Load(region, length);
        if (region.Length >= length) return region;

        long end = region.End;
        _unmapper.EndExact(region);
        throw FileChangedException.Shrunk(directory.Name, new FileRange(offset, length), end);
    }

    /// <summary>Releases a reference; that of an exact region ends the region.</summary>
    /// <returns>True if some of the bytes may have proved unreadable.</returns>
    public bool Release(Region region)
    {
        ulong left = 0;
        return (region.IsExact || region.State.Release(out left)) && ReleaseSlowly(region, left);
    }

    /// <summary>The rare work at the end of a reference. Out of line, so that the rest is short.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReleaseSlowly(Region region, ulong left)
    {
        if (region.IsExact) _unmapper.EndExact(region);
        else if (RegionState.IsToReport(left)) NotifySweeper(region);
        return region.Memory.Watch is not null;
    }

    /// <summary>Reports that the last pin of a Closing or Parked region may have ended.</summary>
    public void NotifySweeper(Region region)
    {
        _sweeper.Put(region);
        _sweeper.RequestSweep();
    }

    /// <summary>Closes regions that are off their directory; each is unmapped when its last pin ends.</summary>
    public void Close(List<Region> regions)
    {
        Announce(regions);
        _sweeper.RequestSweep();
    }

    /// <summary>Removes a region from its directory, if it is still there, so that its window is loaded anew.</summary>
    public void Detach(Region region)
    {
        if (region.Directory.Forget(region)) Close([region]);
    }

    /// <summary>As <see cref="Detach"/>, for a region with unreadable bytes.</summary>
    /// <param name="region">The region, which is watched; it may have been unmapped since.</param>
    /// <param name="range">The range that was shown.</param>
    public void DetachUnreadable(Region region, FileRange range)
    {
        Detach(region);
        if (region.Memory.Watch?.TryCount() == true) Observer.Unreadable(region, range);
    }

    /// <summary>As <see cref="Close"/>, but returns only when the idle ones among them are unmapped.</summary>
    /// <returns>The number of unmapped regions.</returns>
    public int CloseNow(List<Region> regions)
    {
        Announce(regions);
        _sweeper.SweepNow();
        // Retired but still detached: the system refuses to unmap it.
        HashSet<Region> detached = [.. Detached()];
        return regions.Count(region => region.State.IsRetired && !detached.Contains(region));
    }

    /// <summary>Unmaps every idle region, and returns their number.</summary>
    public int Trim() => _sweeper.Trim();

    /// <summary>The regions that are on no directory's grid: exact ones, and closed ones with pins.</summary>
    public List<Region> Detached() => _unmapper.Detached.Snapshot();

    /// <summary>Checks the invariants that hold when no other thread is inside the table.</summary>
    internal void CheckAtRest() => _sweeper.CheckAtRest();

    private void Announce(List<Region> regions)
    {
        foreach (Region region in regions)
        {
            _unmapper.Detached.Add(region);
            if (region.State.Close()) _sweeper.Put(region);
            else _unmapper.Detached.Remove(region);
        }
    }

    /// <summary>Charges, maps and publishes a region whose only reference is the caller's.</summary>
    private void Load(Region region, int length)
    {
        LoadReport report = default;
        bool charged = false;
        try
        {
            RegionDirectory file = region.Directory;
            if (length <= 0) throw FileChangedException.Shrunk(file.Name, new FileRange(region.Start, 1), file.Length);
            int room = Charge(region, length, ref report);
            charged = true;
            region.Fill(Map(region, length, room, ref report));
        }
        catch
        {
            // The caller gets every exception; here the failed load only returns what it took.
            Abandon(region, charged);
            Tell(region, length, report);
            throw;
        }

        if (region.IsExact) _unmapper.Detached.Add(region);
        if (region.State.Publish(region.Memory.Watch is not null)) Wake(region);
        if (!region.IsExact)
        {
            // First into the inbox, then a look at the budget: of two loading threads the later look sees both.
            _sweeper.Put(region);
            if (Budget.Of(region).IsOver) _sweeper.RequestSweep();
        }

        // Only after the waiters are woken: a listener may itself lease the window.
        Tell(region, length, report);
        Observer.Loaded(region);
    }

    /// <summary>Returns everything that a failed load has taken.</summary>
    private void Abandon(Region region, bool charged)
    {
        if (charged) Budget.Uncharge(region);
        region.Directory.Forget(region);
        if (region.State.Fail()) Wake(region);
        // A closer has detached it meanwhile, and no unmap will remove it.
        _unmapper.Detached.Remove(region);
    }

    private RegionMemory Map(Region region, int length, int room, ref LoadReport report)
    {
        IBacking backing = region.Directory.Backing;
        while (true)
        {
            try
            {
                return backing.Load(region.Start, length, room);
            }
            catch (MappingRefusedException e) when (backing.Fallback is not null)
            {
                backing = FallBack(backing.Fallback, region, length, e, ref report);
            }
            catch (Exception e) when (SystemLimits.IsExhausted(e))
            {
                string file = region.Directory.Name;
                var range = new FileRange(region.Start, length);
                // Evict others only if the system lacks something that they hold, one at a time.
                if (_sweeper.TryMakeRoom(region.IsCopied, 0, ref report.Left))
                {
                    (report.Retries ??= []).Add(e.Message);
                    continue;
                }

                if (backing.Fallback is not { } fallback)
                {
                    throw new IOException(
                        $"Bytes {range} of '{file}' cannot be loaded, and nothing idle is left to drop: "
                        + $"{SystemLimits.SentenceOf(e)} {SystemLimits.Describe()}",
                        e);
                }

                backing = FallBack(fallback, region, length, e, ref report);
            }
        }
    }

    /// <summary>Switches a load that cannot be mapped to a copy, and charges it as a copy.</summary>
    private IBacking FallBack(IBacking fallback, Region region, int length, Exception refusal, ref LoadReport report)
    {
        report.Fallback = refusal.Message;
        if (region.IsCopied) return fallback;

        Budget.Of(region).Uncharge(region.ChargedBytes);
        // Of a charge that is refused nothing is to be given back.
        region.ChargedBytes = 0;
        region.IsCopied = true;
        ChargeBytes(region, fallback.ChargeFor(region.Start, length), length, ref report);
        return fallback;
    }

    /// <summary>Tells the observer what a load met, when it is over.</summary>
    private void Tell(Region region, int length, in LoadReport report)
    {
        var range = new FileRange(region.Start, length);
        Observer.Missed();
        foreach (string refusal in report.Retries ?? []) Observer.Retried(region.Directory.Name, range, refusal);
        if (report.Fallback is { } reason) Observer.FellBack(region.Directory.Name, range, reason);
        _unmapper.Tell(report.Left, evicted: true);
    }

    /// <summary>Charges a load, after making room if needed. Returns the room that a mapping may have.</summary>
    private int Charge(Region region, int length, ref LoadReport report)
    {
        region.IsCopied = region.Directory.Backing.Copies(region.Start, length);
        int room = region.IsExact ? length : region.Directory.RoomFor(region.Start, length);
        // Room to grow is no reason to exceed the budget.
        if (ChargeFor(region, room) > Budget.Of(region).Max) room = length;
        long bytes = ChargeFor(region, room);

        // One more try after each sweep that freed nothing: another thread may have freed something meanwhile.
        while (!Budget.TryAddRegion())
        {
            if (_sweeper.TryMakeRoom(region.IsCopied, 0, ref report.Left)) continue;
            if (Budget.TryAddRegion()) break;
            throw Exceeded(region, bytes, length, Budget.Regions, ofKind: null);
        }

        try
        {
            ChargeBytes(region, bytes, length, ref report);
        }
        catch
        {
            Budget.RemoveRegion();
            throw;
        }

        return room;
    }

    private static long ChargeFor(Region region, int length)
    {
        long bytes = region.Directory.Backing.ChargeFor(region.Start, length);
        return region.IsCopied || region.IsExact ? bytes : region.Directory.Grid.ChargeOf(bytes);
    }

    private void ChargeBytes(Region region, long bytes, int length, ref LoadReport report)
    {
        ByteBudget budget = Budget.Of(region);
        if (!budget.TryCharge(bytes))
        {
            budget.Reserve(bytes);
            try
            {
                if (!TryChargeInTurn(region, budget, bytes, ref report.Left))
                    throw Exceeded(region, bytes, length, Budget.Regions - 1, region.IsCopied);
            }
            finally
            {
                budget.CancelReservation(bytes);
            }
        }

        region.ChargedBytes = bytes;
    }

    /// <summary>Charges a load that does not fit: after making room, or over the maximum if leases hold all.</summary>
    private bool TryChargeInTurn(Region region, ByteBudget budget, long bytes, ref LeavingRegions left)
    {
        while (!budget.TryCharge(bytes))
        {
            if (_sweeper.TryMakeRoom(region.IsCopied, bytes, ref left)) continue;
            if (budget.TryCharge(bytes)) return true;
            if (_overBudget == OverBudget.Fail) return false;
            budget.ChargeAnyway(bytes);
            return true;
        }

        return true;
    }

    private MapBudgetExceededException Exceeded(Region region, long needed, int length, int regions, bool? ofKind)
    {
        ByteBudget bytes = Budget.Of(region);
        var range = new FileRange(region.Start, length);
        if (needed > bytes.Max) return BudgetRefusal.OfOne(region, range, needed);
        var max = new Amount(bytes.Max, region.IsCopied ? "copied byte" : "mapped byte");
        string held = $"{bytes.Charged} of {max} in {regions} of {new Amount(Budget.MaxRegions, "region")}";
        int failed = _unmapper.Failed;
        if (failed > 0) held += $", and {failed} of these the system refuses to unmap";
        return BudgetRefusal.OfLeases(region, range, needed, ofKind, $"{held}. {DescribeHolders?.Invoke(ofKind)}");
    }

    /// <summary>Waits for the load of a region on which the caller has a reference. Burns no processor.</summary>
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
            // The thread was interrupted while it slept; release its reference.
            Release(region);
            throw;
        }

        return !region.State.IsRetired;
    }

    private static void Wake(Region region)
    {
        using (new MonitorScope(region)) Monitor.PulseAll(region);
    }
}
