using Mmap.Spans.Threading;

namespace Mmap.Spans.Regions;

/// <summary>
/// Retires regions: closed ones without pins, and victims of eviction. One thread at a time decides, under the gate,
/// and carries the decisions out after it has left. Thread-safe.
/// </summary>
/// <remarks>
/// Only one thread may retire at a time: with two, a rescue between them would be an ABA. The places of a region:
/// <code>
///              put                   drain          TakeVictim, TryMark, fence, scan      TryRetire     unmap
///   loaded ───────────▶ inbox ────────────────▶ clock ─────────────────────────────▶ limbo ───────▶ leaving ───▶ gone
///                         ▲                      │ pinned: TryPark                     │              │ refused
///                         └──── last pin goes ── parked ◀──── spared or rescued ───────┘     tried again ◀─┘
/// </code>
/// After the gate, in this order: every unmap with its uncharge, waking the threads that wait for it, then the
/// observer, which counts before it tells its listeners. No foreign code runs under the gate or before an unmap.
/// </remarks>
internal sealed class Sweeper
{
    /// <summary>The number of regions to mark at a time, so that no thread waits long at the gate.</summary>
    private const int Chunk = 64;

    /// <summary>The number of regions to examine at a time: most only join the clock.</summary>
    private const int Arrivals = 16 * Chunk;

    /// <summary>
    /// The maximum of victims at a time. If the system refuses to unmap them all, at most
    /// <see cref="FailedUnmaps.Max"/> are lost.
    /// </summary>
    private const int Victims = FailedUnmaps.Max;

    private readonly RegionBudget _budget;
    private readonly Unmapper _unmapper;
    private readonly RegionPool _mapped, _copied;
    private readonly Gate _gate = new();
    private readonly RegionInbox _inbox = new();
    private readonly Queue<Region> _arrived = new();
    private readonly List<Region> _taken = [];
    private readonly Marking _marking = new();
    private int _requested;

    public Sweeper(RegionBudget budget, Unmapper unmapper)
    {
        _budget = budget;
        _unmapper = unmapper;
        _mapped = new RegionPool(budget.Mapped);
        _copied = new RegionPool(budget.Copied);
    }

    /// <summary>Adds a region for the next sweep to examine.</summary>
    public void Put(Region region) => _inbox.Put(region);

    /// <summary>
    /// Requests that this thread, or the one at the gate, empties the inbox and keeps the budget. Never waits.
    /// </summary>
    public void RequestSweep()
    {
        // Order: full; before the try below. If that fails, the holder has yet to leave, and reads this afterwards.
        Interlocked.Exchange(ref _requested, 1);
        ServeRequests();
        _unmapper.RetryFailed();
    }

    /// <summary>Makes room for a load; waits for the gate and for the unmaps of other threads.</summary>
    /// <param name="copied">The kind of memory.</param>
    /// <param name="bytes">The reserved bytes of the load; 0 to evict one region whatever the budget says.</param>
    /// <param name="left">Receives the evicted regions. The caller tells of them when its load is over: told sooner, a
    /// listener could take the room away each time.</param>
    /// <returns>False if nothing is idle and nothing is leaving.</returns>
    public bool TryMakeRoom(bool copied, long bytes, ref LeavingRegions left)
    {
        // Unmaps that were refused before may succeed now; then no eviction is needed.
        if (_unmapper.RetryFailed() > 0) return true;

        LeavingRegions leaving = default;
        bool isIdleLeft = false;
        long ended = _unmapper.Departures.Ended;
        using (_gate.Enter())
        {
            Drain(ref leaving);
            RegionPool pool = copied ? _copied : _mapped, other = copied ? _mapped : _copied;
            if (bytes > 0) isIdleLeft = EvictFor(bytes, pool, ref leaving);
            else if (leaving.Count == 0 && !TryEvict(pool, ref leaving)) TryEvict(other, ref leaving);
            EndDeciding(ref leaving);
        }

        bool found = leaving.Count > 0;
        left.Append(leaving);
        CarryOut(leaving);
        ServeRequests();
        // Wait for leaving regions first: until they are unmapped the load does not fit, and looking again would burn
        // the processor.
        return found || _unmapper.Departures.WaitForOne(ended) || isIdleLeft;
    }

    /// <summary>
    /// True if a region of a kind is idle; the proof is a marked region that can be had. Searches for one if needed,
    /// and retires none.
    /// </summary>
    public bool HasIdle(bool copied)
    {
        RegionPool pool = copied ? _copied : _mapped;
        if (pool.ShowsIdle) return true;

        LeavingRegions leaving = default;
        bool isIdle;
        using (_gate.Enter()) isIdle = ShowIdle(pool, isChallenge: false, ref leaving);
        return EndLook(leaving, isIdle);
    }

    /// <summary>The clock's one look, for a window that asks for a place: it never waits for another sweep.</summary>
    public bool TryGiveUpOne()
    {
        if (_mapped.ShowsIdle) return true;
        if (!_gate.TryEnter()) return false;
        LeavingRegions leaving = default;
        bool isIdle;
        try
        {
            isIdle = ShowIdle(_mapped, isChallenge: true, ref leaving);
        }
        finally
        {
            _gate.Exit();
        }

        return EndLook(leaving, isIdle);
    }

    private bool EndLook(in LeavingRegions leaving, bool isIdle)
    {
        CarryOut(leaving);
        _unmapper.Tell(leaving, evicted: false);
        ServeRequests();
        return isIdle;
    }

    /// <summary>Examines all regions added before, and returns only when the idle closed ones are unmapped.</summary>
    public void SweepNow()
    {
        _unmapper.RetryFailed();
        int left = -1;
        do
        {
            LeavingRegions leaving = default;
            using (_gate.Enter())
            {
                if (left >= 0) _gate.GiveWay();
                left = Drain(ref leaving, left);
                EndDeciding(ref leaving);
            }

            CarryOut(leaving);
            _unmapper.Tell(leaving, evicted: false);
        }
        while (left > 0);

        _unmapper.Departures.WaitForAll();
        ServeRequests();
    }

    /// <summary>Retires and unmaps everything that is idle now.</summary>
    /// <returns>The number of regions.</returns>
    public int Trim()
    {
        int dropped = _unmapper.RetryFailed();
        int left = -1, idle = -1;
        do
        {
            LeavingRegions leaving = default;
            using (_gate.Enter())
            {
                if (left >= 0) _gate.GiveWay();
                left = Drain(ref leaving, left);
                // Later arrivals are not this call's: while others load all the time it would never end.
                if (idle < 0 && left == 0) idle = CountIdle();
                for (; idle > 0 && leaving.Victims < Victims; idle--)
                {
                    if (!TryEvict(_mapped, ref leaving, Chunk) && !TryEvict(_copied, ref leaving, Chunk)) idle = 0;
                }

                EndDeciding(ref leaving);
            }

            dropped += CarryOut(leaving);
            _unmapper.Tell(leaving, evicted: false);
        }
        while (left > 0 || idle > 0);

        _unmapper.Departures.WaitForAll();
        ServeRequests();
        return dropped;
    }

    private void ServeRequests()
    {
        bool again = false;
        // Order: full, by an exchange that changes nothing; after the gate was left. So its holder does not overlook a
        // request whose thread found the gate taken.
        while (Interlocked.CompareExchange(ref _requested, 0, 0) != 0 && _gate.TryEnter())
        {
            LeavingRegions leaving = default;
            try
            {
                if (again) _gate.GiveWay();
                // Order: full; a request that comes after this is for the next turn.
                Interlocked.Exchange(ref _requested, 0);
                Drain(ref leaving);
                Shed(_mapped, ref leaving);
                Shed(_copied, ref leaving);
                EndDeciding(ref leaving);
            }
            finally
            {
                _gate.Exit();
            }

            CarryOut(leaving);
            _unmapper.Tell(leaving, evicted: true);
            again = true;
        }
    }

    /// <summary>Evicts the excess over the budget, at most a chunk. Under the gate.</summary>
    private void Shed(RegionPool pool, ref LeavingRegions leaving)
    {
        while (pool.Bytes.IsOver)
        {
            if (leaving.Victims >= Victims)
            {
                Repeat();
                return;
            }

            if (!TryEvict(pool, ref leaving)) return;
        }
    }

    /// <summary>Evicts for a load. Under the gate.</summary>
    /// <returns>False if nothing more is idle. True if the load fits by now. Another load may take that room first, but
    /// then idle regions remain.</returns>
    private bool EvictFor(long bytes, RegionPool pool, ref LeavingRegions leaving)
    {
        while (leaving.Bytes < bytes && leaving.Victims < Victims && pool.Bytes.IsOverWithReservations)
        {
            if (!TryEvict(pool, ref leaving)) return false;
        }

        return true;
    }

    /// <summary>Requests another turn after this one. Under the gate.</summary>
    // Order: full; as in RequestSweep.
    private void Repeat() => Interlocked.Exchange(ref _requested, 1);

    /// <summary>
    /// Examines a chunk of the inbox: closed regions are retired, others join the clock. Under the gate.
    /// </summary>
    /// <param name="leaving">Receives the retired ones.</param>
    /// <param name="first">The number of oldest regions to examine; all present ones if negative.</param>
    /// <returns>The number of those that are left.</returns>
    private int Drain(ref LeavingRegions leaving, int first = -1)
    {
        _inbox.TakeAll(_taken);
        foreach (Region region in _taken) _arrived.Enqueue(region);
        _taken.Clear();
        if (first < 0) first = _arrived.Count;

        _marking.Begin();
        int turn = 0;
        for (int most = Math.Min(first, Arrivals); turn < most && _marking.Marked.Count < Chunk; turn++)
        {
            if (!_arrived.TryDequeue(out Region? region)) break;
            if (region.State.IsClosing) TakeClosing(region);
            // Retiring means still in limbo: nothing to do. Live means spared, or rescued and released again.
            else if (region.Place != Place.Clock && region.State.TryUnpark()) Admit(region);
        }

        _marking.FenceAndScan();
        foreach (Region region in _marking.Marked)
        {
            // Spared ones are Live again; the hazard's owner finds Closing and reports.
            if (region.State.TryRetire()) _unmapper.Retire(region, ref leaving, isVictim: false);
        }

        if (_arrived.Count > 0) Repeat();
        return _arrived.Count == 0 ? 0 : first - turn;
    }

    private RegionPool PoolOf(Region region) => region.IsCopied ? _copied : _mapped;

    private void Admit(Region region)
    {
        RegionPool pool = PoolOf(region);
        pool.Clock.Insert(region, region.Stamp == 0 ? pool.Left.Take(region.Directory.Number, region.Index) : 0);
        region.Place = Place.Clock;
    }

    private void TakeClosing(Region region)
    {
        if (region.Place == Place.Clock) PoolOf(region).Clock.Remove(region);

        region.Place = Place.None;
        // With references, or loading: the last release reports it again. Retiring: it is in limbo.
        if (region.State.TryMark() || region.State.IsRetiring) _marking.Marked.Add(region);
    }

    /// <summary>Retires the next victim. Under the gate.</summary>
    /// <param name="pool">The kind of memory.</param>
    /// <param name="leaving">Receives it.</param>
    /// <param name="batch">The number to mark for one barrier when the limbo is empty; the clock's own choice if
    /// 0.</param>
    /// <returns>False if nothing is idle, or if the system refuses so many unmaps that another is in vain.</returns>
    private bool TryEvict(RegionPool pool, ref LeavingRegions leaving, int batch = 0)
    {
        while (_unmapper.Failed < FailedUnmaps.Max)
        {
            while (pool.Limbo.TryDequeue(out Region? region))
            {
                if (region.Place != Place.Limbo) continue;
                region.Place = Place.None;

                // Refused: a taker has rescued it. It is Parked, so the taker's last pin reports it.
                if (!region.State.TryRetire()) continue;
                int held = pool.Clock.Count + pool.Limbo.Count + 1;
                pool.Left.Keep(region.Directory.Number, region.Index, region.Stamp, held);
                _unmapper.Retire(region, ref leaving, isVictim: true);
                return true;
            }

            if (!_marking.Fill(pool, batch > 0 ? batch : pool.Clock.Batch)) return false;
        }

        return false;
    }

    /// <summary>
    /// True if the limbo holds a region that can be had, after the arrivals have joined the clock. A challenge looks at
    /// one more region at most. Retires closed regions, and nothing else. Under the gate.
    /// </summary>
    private bool ShowIdle(RegionPool pool, bool isChallenge, ref LeavingRegions leaving)
    {
        Drain(ref leaving);
        bool isIdle;
        do isIdle = Marking.TryShow(pool);
        while (!isIdle && (isChallenge ? _marking.Challenge(pool) : _marking.FillInPlace(pool)));

        EndDeciding(ref leaving);
        return isIdle;
    }

    /// <summary>The last step under the gate: announces the retired regions as leaving.</summary>
    private void EndDeciding(ref LeavingRegions leaving)
    {
        if (leaving.Count > 0) leaving.Ticket = _unmapper.Departures.Begin();
        if (TableInvariants.Runner is { } run) run(CheckInvariants);
    }

    /// <summary>Unmaps the retired regions. Under no monitor.</summary>
    private int CarryOut(in LeavingRegions leaving)
    {
        try
        {
            return _unmapper.Unmap(leaving);
        }
        catch
        {
            // A request may have come while this thread had the gate; no other thread would serve it.
            ServeRequests();
            throw;
        }
    }

    /// <summary>The number of regions that a trim can hope to unmap. Under the gate.</summary>
    private int CountIdle() => _mapped.Clock.Count + _mapped.Limbo.Count + _copied.Clock.Count + _copied.Limbo.Count;

    /// <summary>Checks the invariants at rest: when no other thread is inside the table.</summary>
    internal void CheckAtRest()
    {
        // Order: full, by an exchange that changes nothing; nothing else runs.
        bool isServed = Interlocked.CompareExchange(ref _requested, 0, 0) == 0;
        TableInvariants.Require(isServed, "A requested sweep was carried out by nobody.");
        SweepNow();
        using (_gate.Enter())
        {
            TableInvariants.Require(_arrived.Count == 0, "Something that arrived was never looked at.");
            CheckInvariants();
        }
    }

    private void CheckInvariants() => TableInvariants.Check(_mapped, _copied, _budget);
}
