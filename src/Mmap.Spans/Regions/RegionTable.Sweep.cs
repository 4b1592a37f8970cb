using System.Diagnostics;
using System.Runtime.InteropServices;
using Mmap.Spans.Diagnostics;
using Mmap.Spans.Memory;
using Mmap.Spans.Threading;

namespace Mmap.Spans.Regions;

/// <summary>The sweeper's half of the table. Everything here that ends in no public method is under the gate.</summary>
internal sealed partial class RegionTable
{
    /// <summary>Has the inbox emptied and the budget kept, by this thread or by the one that is at it. Never waits.</summary>
    private void RequestSweep()
    {
        // Order: full; before the try below. If that fails, the holder has yet to leave, and looks at this afterwards.
        Interlocked.Exchange(ref _sweepRequested, 1);
        SweepIfRequested();
    }

    private void SweepIfRequested()
    {
        // A listener of our own events may come back here from inside a sweep; its wish is seen to when that sweep ends.
        if (Monitor.IsEntered(_gate)) return;

        // Order: full, by an exchange that changes nothing; after the gate was left, so that a request whose thread
        // found the gate taken is not overlooked by the thread that had it.
        while (Interlocked.CompareExchange(ref _sweepRequested, 0, 0) != 0 && Monitor.TryEnter(_gate))
        {
            try
            {
                // Order: full; a request that comes after this is for the next turn.
                Interlocked.Exchange(ref _sweepRequested, 0);
                Drain();
                while (Budget.IsOver && EvictOne(_clock.Batch) is { } evicted) CountEviction(evicted);
            }
            finally
            {
                Monitor.Exit(_gate);
            }
        }
    }

    /// <summary>Looks at everything that was reported: closing regions go, others join the ring.</summary>
    /// <returns>How many regions' room was given back by it.</returns>
    private int Drain()
    {
        int freed = 0;
        while (UnloadStuck() is not null) freed++;
        _inbox.TakeAll(_arrived);
        _marked.Clear();
        foreach (Region region in _arrived)
        {
            if (region.State.IsClosing) TakeClosing(region);
            // Retiring means in limbo still: nothing to do. Live means that it was spared, or rescued and let go again.
            else if (region.Place != Place.Ring && region.State.TryUnpark()) Admit(region);
        }

        _arrived.Clear();
        if (_marked.Count == 0) return freed;

        FenceAndScan();
        foreach (Region region in _marked)
        {
            // Spared ones are Live again; the hazard's owner finds Closing and reports.
            if (region.State.TryRetire() && Unload(region)) freed++;
        }

        return freed;
    }

    private void Admit(Region region)
    {
        _clock.Insert(region, region.LeftAt);
        region.Place = Place.Ring;
    }

    private void TakeClosing(Region region)
    {
        if (region.Place == Place.Ring) _clock.Remove(region);

        region.Place = Place.None;
        // With references, or loading: the last release reports it again. Retiring: it is in limbo.
        if (region.State.TryMark() || region.State.IsRetiring) _marked.Add(region);
    }

    /// <summary>
    /// Unmaps the next region that can go: one that the system refused to unmap before, if it does not now, else the next
    /// victim. A refusal is no progress; after some of them no more is dropped in vain.
    /// </summary>
    /// <param name="batch">How many to mark for one barrier when the limbo is empty.</param>
    /// <returns>It, or null if nothing can.</returns>
    private Region? EvictOne(int batch)
    {
        if (UnloadStuck() is { } unstuck) return unstuck;

        while (Stuck < MostStuck)
        {
            while (_limbo.TryDequeue(out Region? region))
            {
                if (region.Place != Place.Limbo) continue;
                region.Place = Place.None;

                // Refused: somebody wanted it back. It is Parked, so that one's last pin reports it.
                if (!region.State.TryRetire()) continue;
                if (Unload(region)) return region;
                if (Stuck >= MostStuck) return null;
            }

            if (!FillLimbo(batch)) return null;
        }

        return null;
    }

    /// <summary>Marks the next victims, fences, scans, and keeps those that nobody uses.</summary>
    /// <returns>False if the ring held nothing that could be marked.</returns>
    private bool FillLimbo(int batch)
    {
        _marked.Clear();
        while (_marked.Count < batch && _clock.TakeVictim() is Region region)
        {
            region.Place = Place.None;
            // Either it is marked, or it has references and is parked, or it changes under this very look.
            while (!region.State.TryMark())
            {
                if (region.State.TryPark()) break;
            }

            if (region.State.IsRetiring) _marked.Add(region);
        }

        if (_marked.Count == 0) return false;

        FenceAndScan();
        foreach (Region region in _marked)
        {
            if (!region.State.IsRetiring) continue;
            region.Place = Place.Limbo;
            _limbo.Enqueue(region);
        }

        return true;
    }

    /// <summary>
    /// Fences, scans, spares the marked regions that a hazard names, and has the pages of the others dropped together, so
    /// that their unmaps disturb the other threads once and not one by one. Who rescues one of them has its pages back.
    /// </summary>
    private void FenceAndScan()
    {
        HazardSlots.Fence();
        HazardSlots.Scan(_hazards);
        _leaving.Clear();
        foreach (Region region in _marked)
        {
            if (_hazards.Contains(region.Id)) region.State.Spare();
            if (region.State.IsRetiring) _leaving.Add(region.Memory);
        }

        Advice.DropPages(CollectionsMarshal.AsSpan(_leaving));
        _leaving.Clear();
    }

    private void CountEviction(Region region)
    {
        Count(ref _evictions);
        MapMetrics.Evicted();
        MapEvents.Log.Evict(region.Directory.Name, region.Start, region.Length);
    }

    /// <summary>Unmaps one region that the system refused to unmap when it went.</summary>
    /// <returns>It, or null if there is none or all are refused again.</returns>
    private Region? UnloadStuck()
    {
        using (new MonitorScope(_stuck))
        {
            int at = _stuck.FindLastIndex(region => region.Directory.Backing.TryUnload(region.Memory));
            if (at < 0) return null;

            Region region = _stuck[at];
            _stuck.RemoveAt(at);
            Uncharge(region);
            NoteUnmapped(region);
            return region;
        }
    }

    private int Stuck
    {
        get
        {
            // Exact regions join it outside the gate.
            using (new MonitorScope(_stuck)) return _stuck.Count;
        }
    }

    /// <summary>Checks what must hold at rest: when no other thread is inside the table.</summary>
    [Conditional("DEBUG")]
    internal void AssertInvariants()
    {
        using (new MonitorScope(_gate))
        {
            Debug.Assert(_sweepRequested == 0, "Whoever asks for a sweep sees to it, or the holder of the gate does.");
            Drain();
            foreach (ClockEntry entry in _clock.All())
            {
                var region = (Region)entry;
                Debug.Assert(region.State.IsLive, "What is in the clock is Live.");
                Debug.Assert(region.Place == Place.Ring, "The clock and the region agree.");
            }

            // The queue may hold a region twice, or one that has left the limbo since: the place decides.
            List<Region> limbo = [.. _limbo.Distinct().Where(region => region.Place == Place.Limbo)];
            foreach (Region region in limbo)
            {
                Debug.Assert(region.State.IsRetiring || region.State.IsLive, "What is in limbo can still be retired, or was rescued.");
            }

            Debug.Assert(Budget.Regions >= _clock.Count + limbo.Count, "What is in the clock or in limbo is charged.");
        }
    }
}
