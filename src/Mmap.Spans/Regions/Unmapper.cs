using System.Runtime.ExceptionServices;

namespace Mmap.Spans.Regions;

/// <summary>
/// Unmaps retired regions, and tracks the batches in progress. It holds no monitor while it calls the system, wakes
/// waiters or tells the observer. So foreign code never runs between a decision of the sweeper and its unmap.
/// Thread-safe.
/// </summary>
internal sealed class Unmapper(RegionBudget budget, IRegionObserver observer)
{
    /// <summary>The regions whose unmap was refused.</summary>
    private readonly FailedUnmaps _failed = new();

    /// <summary>The batches in progress.</summary>
    public Departures Departures { get; } = new();

    /// <summary>The regions in memory that are on no grid.</summary>
    public DetachedRegions Detached { get; } = new();

    /// <summary>The number of regions that the system refuses to unmap.</summary>
    public int Failed => _failed.Count;

    /// <summary>Adds a Retired region to a batch: out of use for good, charged until it is unmapped.</summary>
    public void Retire(Region region, ref LeavingRegions leaving, bool isVictim)
    {
        budget.Of(region).Leave(region.ChargedBytes);
        leaving.Add(region, isVictim);
    }

    /// <summary>
    /// Carries out the decisions: every unmap and its uncharge (a refusal stops no other), then waking the waiters.
    /// <see cref="Tell"/> comes after it.
    /// </summary>
    /// <param name="leaving">The regions; the calling thread's alone.</param>
    /// <returns>The number of victims unmapped.</returns>
    public int Unmap(in LeavingRegions leaving)
    {
        if (leaving.Count == 0) return 0;

        int gone = 0;
        Exception? failure = null;
        for (Region? region = leaving.First; region is not null; region = region.NextLeaving)
        {
            region.Directory.Forget(region);
            if (TryUnmap(region, ref failure))
            {
                SetUnmapped(region);
                if (region.IsVictim) gone++;
            }
            else
            {
                // It is still in memory, so it counts, and other victims may have to go instead.
                budget.Of(region).Stay(region.ChargedBytes);
                Detached.Add(region);
                _failed.Add(region);
            }
        }

        Departures.End(leaving.Ticket);
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        return gone;
    }

    /// <summary>Tells the observer which regions left.</summary>
    /// <param name="left">The regions.</param>
    /// <param name="evicted">True if the victims among them were evicted to make room.</param>
    public void Tell(in LeavingRegions left, bool evicted)
    {
        if (left.Count > 0) observer.Left(left, evicted);
    }

    /// <summary>Unmaps an exact region when its one lease has ended. Idempotent.</summary>
    public void EndExact(Region region)
    {
        // Before the region's end, so that a thread that finds nothing idle afterwards waits for it.
        LeavingRegions leaving = default;
        leaving.Ticket = Departures.Begin();
        if (region.State.TryEndExact())
        {
            Retire(region, ref leaving, isVictim: false);
            Unmap(leaving);
            Tell(leaving, evicted: false);
        }
        else
        {
            Departures.End(leaving.Ticket);
        }
    }

    /// <summary>Tries the refused unmaps again.</summary>
    /// <returns>The number that succeeded.</returns>
    public int RetryFailed()
    {
        if (_failed.BeginRetry() is not { Length: > 0 } failed) return 0;

        LeavingRegions gone = default;
        Exception? failure = null;
        long ticket = Departures.Begin();
        foreach (Region region in failed)
        {
            if (!TryUnmap(region, ref failure)) continue;
            _failed.Remove(region);
            region.NextLeaving = null;
            Retire(region, ref gone, region.IsVictim);
            SetUnmapped(region);
        }

        _failed.EndRetry();
        Departures.End(ticket);
        Tell(gone, evicted: false);
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
        return gone.Count;
    }

    /// <summary>Asks the system to unmap a region. An exception is a refusal; the first is thrown at the end.</summary>
    private static bool TryUnmap(Region region, ref Exception? failure)
    {
        try
        {
            return region.Directory.Backing.TryUnload(region.Memory);
        }
        catch (Exception e)
        {
            failure ??= e;
            return false;
        }
    }

    private void SetUnmapped(Region region)
    {
        budget.Unmapped(region);
        Detached.Remove(region);
        region.IsUnmapped = true;
    }
}
