namespace Mmap.Spans.Scheduled.Twins;

/// <summary>Bugs in the table, the inbox, the directory and the clock.</summary>
internal static class TableTwins
{
    private const string Table = "Regions/RegionTable.cs";
    private const string Sweep = "Regions/Sweeper.cs";
    private const string Unmapper = "Regions/Unmapper.cs";
    private const string Inbox = "Regions/RegionInbox.cs";
    private const string Gate = "Threading/Gate.cs";

    private const string InterruptsNobody = "The stress interrupts no thread: "
        + "an interrupt in the code of a test or of the runtime would look like a bug of the library.";

    public static IReadOnlyList<Twin> All { get; } =
    [
        new("touch-forgotten", "eviction-order",
            new Edit("Regions/ClockEntry.cs", "if (Touched == Untouched) Touched = Used;", ""))
        {
            Stress = "order",
        },
        new("double-unmap", "exact-ended-twice", new Edit(Unmapper,
            "if (region.State.TryEndExact())",
            "if (region.State.TryEndExact() || region.State.IsRetired)")) { Stress = "rounds" },
        new("unmapped-though-rescued", "hit-limbo", new Edit(Sweep,
            "if (!region.State.TryRetire()) continue;",
            "region.State.TryRetire();")) { Stress = "limbo" },
        new("uncharged-before-the-unmap", "hit-trim", new Edit(Unmapper,
            """
                        if (TryUnmap(region, ref failure))
                        {
                            SetUnmapped(region);
            """,
            """
                        SetUnmapped(region);
                        if (TryUnmap(region, ref failure))
                        {
            """)) { Stress = "rounds" },
        new("failed-load-stays-charged", "load-fails", new Edit(Table, "if (charged) Budget.Uncharge(region);", ""))
        {
            Stress = "rounds",
        },
        new("failed-load-wakes-nobody", "load-fails", new Edit(Table,
            "if (region.State.Fail()) Wake(region);",
            "region.State.Fail();")) { Stress = "rounds" },
        new("failed-load-stays-detached", "load-fails-close", new Edit(Table,
            """
                    _unmapper.Detached.Remove(region);
                }

                private RegionMemory
            """,
            """
                }

                private RegionMemory
            """)) { Stress = "rounds" },
        new("failed-load-taken-for-loaded", "load-fails", new Edit(Table,
            "if (region.State.IsLive || WaitForLoad(region))",
            "if (!region.State.IsLoading || WaitForLoad(region))"))
        {
            Unseen = "The load must end between two neighbouring instructions of a waiter; "
                + "seen by no stress in half a minute.",
        },
        new("waiter-announced-outside-the-monitor", "miss-miss", new Edit(Table,
            """
                        using (new MonitorScope(region))
                        {
                            while (region.State.TryAnnounceWaiter()) Monitor.Wait(region);
                        }
            """,
            """
                        if (region.State.TryAnnounceWaiter())
                        {
                            using (new MonitorScope(region)) Monitor.Wait(region);
                        }
            """))
        {
            Unseen = Twin.Rare + "the load must end between the announcement and the sleep.",
        },
        new("interrupted-at-a-monitor", "anybody-interrupted",
            new Edit("Threading/MonitorScope.cs", "interrupted = true;", "throw;"))
        {
            Unseen = InterruptsNobody,
        },
        new("interrupted-waiter-keeps-its-reference", "waiter-interrupted", new Edit(Table,
            """
                        Release(region);
                        throw;
            """,
            "throw;"))
        {
            Unseen = InterruptsNobody,
        },
        new("no-second-look-at-the-budget", "misses-over-budget",
            new Edit(Table, "if (Budget.Of(region).IsOver) _sweeper.RequestSweep();", ""))
        {
            Stress = "rounds",
        },
        new("request-not-looked-at-again", "misses-over-budget", new Edit(Sweep, "again = true;", "break;"))
        {
            Stress = "rounds",
            NeedsTwoProcessors = true,
        },
        new("request-cleared-after-the-sweep", "misses-over-budget",
            new Edit(Sweep, "Interlocked.Exchange(ref _requested, 0);", ""),
            new Edit(Sweep, "Shed(_copied, ref leaving);",
                "Shed(_copied, ref leaving); Interlocked.Exchange(ref _requested, 0);"))
        {
            Stress = "rounds",
            NeedsTwoProcessors = true,
        },
        new("two-sweepers", "hit-trim",
            new Edit(Gate, "public bool TryEnter() => Monitor.TryEnter(_monitor);",
                "public bool TryEnter() => Monitor.TryEnter(new object());"),
            new Edit(Gate, "public void Exit() => Monitor.Exit(_monitor);", "public void Exit() { }"))
        {
            Stress = "rounds",
        },
        // The old way under Exceed: a load that found the gate taken went on.
        new("goes-on-when-the-gate-is-taken", "peak-of-two-loaders",
            new Edit(Sweep, "bool isIdleLeft = false;",
                "if (!_gate.TryEnter()) return false; bool isIdleLeft = false;"),
            new Edit(Sweep, "bool found = leaving.Count > 0;", "_gate.Exit(); bool found = leaving.Count > 0;"))
        {
            Stress = "peaks",
        },
        new("told-under-the-gate", "listener-trims", new Edit(Sweep,
            """
                            EndDeciding(ref leaving);
                        }

                        dropped += CarryOut(leaving);
                        _unmapper.Tell(leaving, evicted: false);
            """,
            """
                            EndDeciding(ref leaving);
                            dropped += CarryOut(leaving);
                            _unmapper.Tell(leaving, evicted: false);
                        }
            """))
        {
            Unseen = "The stress has no listener.",
        },
        new("inbox-mark-cleared-after-the-look", "two-closers",
            new Edit(Inbox, "foreach (Region region in into) Interlocked.Exchange(ref region.InInbox, 0);", ""),
            new Edit(Sweep, "if (_arrived.Count > 0) Repeat();",
                """
                foreach (Region region in _drained) Interlocked.Exchange(ref region.InInbox, 0);
                _drained.Clear();
                if (_arrived.Count > 0) Repeat();
                """),
            new Edit(Sweep, "if (region.State.IsClosing) TakeClosing(region);",
                "_drained.Add(region); if (region.State.IsClosing) TakeClosing(region);"),
            new Edit(Sweep, "private int _requested;",
                "private int _requested; private readonly List<Region> _drained = [];"))
        {
            Unseen = Twin.Rare + "a report must come while the sweeper is between two lines.",
        },
        new("inbox-put-by-a-plain-store", "zero-evict-reacquire", new Edit(Inbox,
            "Region? found = Interlocked.CompareExchange(ref _newest, region, newest);",
            "Volatile.Write(ref _newest, region); Region? found = newest;"))
        {
            Unseen = Twin.Rare + "two reports must come within a few instructions.",
        },
        new("detached-without-closing", "hit-close", new Edit(Table,
            "if (region.State.Close()) _sweeper.Put(region);",
            "if (!region.State.IsRetired) _sweeper.Put(region);")) { Stress = "rounds" },
        new("extended-past-the-mapping", "extend-without-room", new Edit("Regions/Region.cs",
            "if (length < Length || length > Memory.Room || ", "if (length < Length || "))
        {
            Unseen = "The stress has no file that grows.",
        },
        new("kept-though-loaded-for-the-old-length", "extend-loading", new Edit("Regions/RegionDirectory.cs",
            """
                            bool fits = region.State.IsLoading
                                ? length == _length
                                : region.Length == wanted || region.TryExtend(wanted);
            """,
            "bool fits = region.Length == wanted || region.State.IsLoading || region.TryExtend(wanted);"))
        {
            Unseen = "The stress has no file that grows.",
        },
        new("added-without-the-lock", "miss-miss", new Edit("Regions/RegionDirectory.cs",
            """
                    using (new MonitorScope(this))
                    {
                        if (_closed) throw Closed();

                        ref
            """,
            """
                    {
                        if (_closed) throw Closed();

                        ref
            """)) { Stress = "rounds" },
        new("unmapped-region-stays-in-the-directory", "hit-trim",
            new Edit(Unmapper, "region.Directory.Forget(region);", ""))
        {
            Stress = "rounds",
        },
    ];
}
