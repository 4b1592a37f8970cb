namespace Mmap.Spans.Scheduled.Twins;

/// <summary>Bugs in the table, the inbox, the directory and the clock.</summary>
internal static class TableTwins
{
    private const string Table = "Regions/RegionTable.cs";
    private const string Sweep = "Regions/RegionTable.Sweep.cs";
    private const string Inbox = "Regions/RegionInbox.cs";

    public static IReadOnlyList<Twin> All { get; } =
    [
        new("touch-forgotten", "eviction-order", new Edit("Regions/ClockEntry.cs", "        if (Touched == Untouched) Touched = Used;\n", "")) { Stress = "order" },
        new("double-unmap", "exact-ended-twice", new Edit(Table,
            "        if (region.State.TryEndExact()) Unload(region);",
            "        region.State.TryEndExact();\n        Unload(region);")) { Stress = "rounds" },
        new("unmapped-though-rescued", "hit-limbo", new Edit(Sweep,
            "                if (!region.State.TryRetire()) continue;\n",
            "                region.State.TryRetire();\n")) { Stress = "limbo" },
        new("uncharged-before-the-unmap", "hit-trim", new Edit(Table,
            """
                    if (region.Directory.Backing.TryUnload(region.Memory))
                    {
                        Uncharge(region);
            """,
            """
                    Uncharge(region);
                    if (region.Directory.Backing.TryUnload(region.Memory))
                    {
            """)) { Stress = "rounds" },
        new("failed-load-stays-charged", "load-fails", new Edit(Table, "            if (charged) Uncharge(region);\n", "")) { Stress = "rounds" },
        new("failed-load-wakes-nobody", "load-fails", new Edit(Table, "if (region.State.Fail()) Wake(region);", "region.State.Fail();")) { Stress = "rounds" },
        new("failed-load-stays-apart", "load-fails-close", new Edit(Table, "            ForgetApart(region);\n            throw;", "            throw;")) { Stress = "rounds" },
        new("failed-load-taken-for-loaded", "load-fails", new Edit(Table,
            "if (region.State.IsLive || WaitForLoad(region))",
            "if (!region.State.IsLoading || WaitForLoad(region))"))
        {
            Unseen = "The load must end between two neighbouring instructions of a waiter; seen by no stress in half a minute.",
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
            Unseen = "The stress finds it, but not within seconds each time: the load must end between the announcement and the sleep.",
        },
        new("interrupted-at-a-monitor", "anybody-interrupted", new Edit("Threading/MonitorScope.cs", "                interrupted = true;\n", "                throw;\n"))
        {
            Unseen = "The stress interrupts no thread: an interrupt in the code of a test or of the runtime would look like a bug of the library.",
        },
        new("interrupted-waiter-keeps-its-reference", "waiter-interrupted", new Edit(Table,
            "            Release(region);\n            throw;", "            throw;"))
        {
            Unseen = "The stress interrupts no thread: an interrupt in the code of a test or of the runtime would look like a bug of the library.",
        },
        new("no-second-look-at-the-budget", "misses-over-budget", new Edit(Table, "        if (Budget.IsOver) RequestSweep();\n", "")) { Stress = "rounds" },
        new("request-not-looked-at-again", "misses-over-budget", new Edit(Sweep,
            "while (Interlocked.CompareExchange(ref _sweepRequested, 0, 0) != 0 && Monitor.TryEnter(_gate))",
            "if (Interlocked.CompareExchange(ref _sweepRequested, 0, 0) != 0 && Monitor.TryEnter(_gate))")) { Stress = "rounds" },
        new("request-cleared-after-the-sweep", "misses-over-budget",
            new Edit(Sweep, "                Interlocked.Exchange(ref _sweepRequested, 0);\n", ""),
            new Edit(Sweep, "                while (Budget.IsOver && EvictOne(_clock.Batch) is { } evicted) CountEviction(evicted);\n",
                "                while (Budget.IsOver && EvictOne(_clock.Batch) is { } evicted) CountEviction(evicted);\n                Interlocked.Exchange(ref _sweepRequested, 0);\n")) { Stress = "rounds" },
        new("two-sweepers", "hit-trim", new Edit(Sweep,
            "!= 0 && Monitor.TryEnter(_gate))\n        {\n            try",
            "!= 0)\n        {\n            Monitor.Enter(new object());\n            try"),
            new Edit(Sweep, "                Monitor.Exit(_gate);\n", "")) { Stress = "rounds" },
        new("inbox-mark-cleared-after-the-look", "two-closers",
            new Edit(Inbox, "        foreach (Region region in into) Interlocked.Exchange(ref region.InInbox, 0);\n", ""),
            new Edit(Sweep, "        _arrived.Clear();\n", "        foreach (Region region in _arrived) Interlocked.Exchange(ref region.InInbox, 0);\n        _arrived.Clear();\n"))
        {
            Unseen = "The stress finds it, but not within seconds each time: a report must come while the sweeper is between two lines.",
        },
        new("inbox-put-by-a-plain-store", "zero-evict-reacquire", new Edit(Inbox,
            "            Region? found = Interlocked.CompareExchange(ref _newest, region, newest);\n",
            "            Volatile.Write(ref _newest, region);\n            Region? found = newest;\n"))
        {
            Unseen = "The stress finds it, but not within seconds each time: two reports must come within a few instructions.",
        },
        new("detached-without-closing", "hit-close", new Edit(Table,
            "if (region.State.Close()) _inbox.Put(region);", "if (!region.State.IsRetired) _inbox.Put(region);")) { Stress = "rounds" },
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
        new("unmapped-region-stays-in-the-directory", "hit-trim", new Edit(Table, "        region.Directory.Forget(region);\n        if (region.Directory.Backing", "        if (region.Directory.Backing")) { Stress = "rounds" },
    ];
}
