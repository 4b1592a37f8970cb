using Mmap.Spans.Threading;

namespace Mmap.Spans.Regions;

/// <summary>
/// Retires regions: what is closed and no longer pinned, and what must go for want of room. One thread at a time
/// decides, under the gate; what it decided it carries out after it has left. Thread-safe.
/// </summary>
/// <remarks>
/// Only one thread may retire at a time: with two, a rescue between them would be an ABA. Where a region is:
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
    /// <summary>How many regions are marked at a time, so that no thread waits long at the gate.</summary>
    private const int Chunk = 64;

    /// <summary>How many are looked at at a time: most only join the clock.</summary>
    private const int Arrivals = 16 * Chunk;

    /// <summary>
    /// The most victims at a time. If the system refuses to unmap them all, no more are lost than
    /// <see cref="FailedUnmaps.Max"/>.
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

    /// <summary>Has the next sweep look at a region.</summary>
    public void Put(Region region) => _inbox.Put(region);

    /// <summary>
    /// Has the inbox emptied and the budget kept, by this thread or by the one that is at it. Never waits.
    /// </summary>
    public void RequestSweep()
    {
        // Order: full; before the try below. If that fails, the holder has yet to leave, and looks at this afterwards.
        Interlocked.Exchange(ref _requested, 1);
        ServeRequests();
        _unmapper.RetryFailed();
    }

    /// <summary>Makes room for a load, waiting for the gate and for what other threads unmap.</summary>
    /// <param name="copied">The kind of memory.</param>
    /// <param name="bytes">What the load has reserved; 0 to have one region dropped whatever the budget says.</param>
    /// <param name="left">Takes what left for it, for the caller to tell of when its load is over: a listener that is
    /// told sooner could take the room away each time.</param>
    /// <returns>False if nothing is idle and nothing is leaving.</returns>
    public bool TryMakeRoom(bool copied, long bytes, ref LeavingRegions left)
    {
        // What was refused before may go now; then nothing need be dropped.
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
        // What leaves is waited for first: until it has gone the load does not fit, and to look again would burn the
        // processor.
        return found || _unmapper.Departures.WaitForOne(ended) || isIdleLeft;
    }

    /// <summary>
    /// Whether something of a kind is idle, as a region shows that is marked and can be had. Looks for one if need be,
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

    /// <summary>
    /// Looks at everything that was put in before, and returns only when what could go of it is unmapped.
    /// </summary>
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

    /// <summary>Drops everything that is idle now.</summary>
    /// <returns>How many regions.</returns>
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
                // What comes later is not this call's: with others loading all the time it would never end.
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
        // Order: full, by an exchange that changes nothing; after the gate was left, so that a request whose thread
        // found the gate taken is not overlooked by the thread that had it.
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

    /// <summary>Evicts what is over the budget, as much as a chunk. Under the gate.</summary>
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
    /// <returns>False if nothing more is idle. True if the load fits by now: another one may take the room before it
    /// does, and then what is idle is still there.</returns>
    private bool EvictFor(long bytes, RegionPool pool, ref LeavingRegions leaving)
    {
        while (leaving.Bytes < bytes && leaving.Victims < Victims && pool.Bytes.IsOverWithReservations)
        {
            if (!TryEvict(pool, ref leaving)) return false;
        }

        return true;
    }

    /// <summary>Has another turn follow this one. Under the gate.</summary>
    // Order: full; as in RequestSweep.
    private void Repeat() => Interlocked.Exchange(ref _requested, 1);

    /// <summary>
    /// Looks at what was put into the inbox, a chunk of it: closed regions are retired, others join the clock. Under
    /// the gate.
    /// </summary>
    /// <param name="leaving">Takes the retired ones.</param>
    /// <param name="first">How many of the oldest to look at; all that are there now if negative.</param>
    /// <returns>How many of those are left.</returns>
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
            // Retiring means in limbo still: nothing to do. Live means that it was spared, or rescued and let go again.
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
    /// <param name="leaving">Takes it.</param>
    /// <param name="batch">
    /// How many to mark for one barrier when the limbo is empty; the clock's own choice if 0.
    /// </param>
    /// <returns>False if nothing can go: nothing is idle, or the system refuses so many unmaps that one more is in
    /// vain.</returns>
    private bool TryEvict(RegionPool pool, ref LeavingRegions leaving, int batch = 0)
    {
        while (_unmapper.Failed < FailedUnmaps.Max)
        {
            while (pool.Limbo.TryDequeue(out Region? region))
            {
                if (region.Place != Place.Limbo) continue;
                region.Place = Place.None;

                // Refused: a taker has it back. It is Parked, so the last pin of that one reports it.
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
    /// Whether the limbo holds a region that can be had, after what arrived has joined the clock; a challenge looks at
    /// one more region at most. Retires what is closed, and nothing else. Under the gate.
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

    /// <summary>The last thing under the gate: what was retired is said to be leaving.</summary>
    private void EndDeciding(ref LeavingRegions leaving)
    {
        if (leaving.Count > 0) leaving.Ticket = _unmapper.Departures.Begin();
        if (TableInvariants.Runner is { } run) run(CheckInvariants);
    }

    /// <summary>Unmaps what was decided. Under no monitor.</summary>
    private int CarryOut(in LeavingRegions leaving)
    {
        try
        {
            return _unmapper.Unmap(leaving);
        }
        catch
        {
            // A request may have come while this thread had the gate; nobody else would see to it.
            ServeRequests();
            throw;
        }
    }

    /// <summary>How many regions a trim can hope to drop. Under the gate.</summary>
    private int CountIdle() => _mapped.Clock.Count + _mapped.Limbo.Count + _copied.Clock.Count + _copied.Limbo.Count;

    /// <summary>Checks what must hold at rest: when no other thread is inside the table.</summary>
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
