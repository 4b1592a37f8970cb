namespace Mmap.Spans.Scheduled.Twins;

/// <summary>Bugs in the table, the inbox, the directory and the clock.</summary>
internal static class TableTwins
{
    private const string Table = "Regions/RegionTable.cs";
    private const string Sweep = "Regions/RegionTable.Sweep.cs";
    private const string Inbox = "Regions/RegionInbox.cs";

    public static IReadOnlyList<Twin> All { get; } =
    [
        new("touch-forgotten", "eviction-order", new Edit("Regions/ClockEntry.cs", "        if (Touched == Untouched) Touched = Used;\n", "")),
        new("double-unmap", "exact-ended-twice", new Edit(Table,
            "        if (region.State.TryEndExact()) Unload(region);",
            "        region.State.TryEndExact();\n        Unload(region);")),
        new("unmapped-though-rescued", "hit-limbo", new Edit(Sweep,
            "                if (!region.State.TryRetire()) continue;\n",
            "                region.State.TryRetire();\n")),
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
            """)),
        new("failed-load-stays-charged", "load-fails", new Edit(Table, "            if (charged) Uncharge(region);\n", "")),
        new("failed-load-wakes-nobody", "load-fails", new Edit(Table, "if (region.State.Fail()) Wake(region);", "region.State.Fail();")),
        new("failed-load-stays-apart", "load-fails-close", new Edit(Table, "            ForgetApart(region);\n            throw;", "            throw;")),
        new("failed-load-taken-for-loaded", "load-fails", new Edit(Table,
            "if (region.State.IsLive || WaitForLoad(region))",
            "if (!region.State.IsLoading || WaitForLoad(region))")),
        new("waiter-announced-outside-the-monitor", "miss-miss", new Edit(Table,
            """
                        using (new Locked(region))
                        {
                            while (region.State.TryAnnounceWaiter()) Monitor.Wait(region);
                        }
            """,
            """
                        if (region.State.TryAnnounceWaiter())
                        {
                            using (new Locked(region)) Monitor.Wait(region);
                        }
            """)),
        new("interrupted-waiter-keeps-its-reference", "waiter-interrupted", new Edit(Table,
            "            Release(region);\n            throw;", "            throw;")),
        new("no-second-look-at-the-budget", "misses-over-budget", new Edit(Table, "        if (Budget.IsOver) RequestSweep();\n", "")),
        new("request-not-looked-at-again", "misses-over-budget", new Edit(Sweep,
            "while (Interlocked.CompareExchange(ref _sweepRequested, 0, 0) != 0 && Monitor.TryEnter(_gate))",
            "if (Interlocked.CompareExchange(ref _sweepRequested, 0, 0) != 0 && Monitor.TryEnter(_gate))")),
        new("request-cleared-after-the-sweep", "misses-over-budget",
            new Edit(Sweep, "                Interlocked.Exchange(ref _sweepRequested, 0);\n", ""),
            new Edit(Sweep, "                while (Budget.IsOver && EvictOne(BatchFor(_clock.Count)) is { } evicted) CountEviction(evicted);\n",
                "                while (Budget.IsOver && EvictOne(BatchFor(_clock.Count)) is { } evicted) CountEviction(evicted);\n                Interlocked.Exchange(ref _sweepRequested, 0);\n")),
        new("two-sweepers", "hit-trim", new Edit(Sweep,
            "!= 0 && Monitor.TryEnter(_gate))\n        {\n            try",
            "!= 0)\n        {\n            Monitor.Enter(new object());\n            try"),
            new Edit(Sweep, "                Monitor.Exit(_gate);\n", "")),
        new("inbox-mark-cleared-after-the-look", "two-closers",
            new Edit(Inbox, "        foreach (Region region in into) Interlocked.Exchange(ref region.InInbox, 0);\n", ""),
            new Edit(Sweep, "        _arrived.Clear();\n", "        foreach (Region region in _arrived) Interlocked.Exchange(ref region.InInbox, 0);\n        _arrived.Clear();\n")),
        new("inbox-put-by-a-plain-store", "zero-evict-reacquire", new Edit(Inbox,
            "            Region? found = Interlocked.CompareExchange(ref _newest, region, newest);\n",
            "            Volatile.Write(ref _newest, region);\n            Region? found = newest;\n")),
        new("detached-without-closing", "hit-close", new Edit(Table,
            "if (region.State.Close()) _inbox.Put(region);", "if (!region.State.IsRetired) _inbox.Put(region);")),
        new("added-without-the-lock", "miss-miss", new Edit("Regions/RegionDirectory.cs",
            """
                    using (new Locked(_lock))
                    {
                        if (_closed) throw Closed();

                        ref
            """,
            """
                    {
                        if (_closed) throw Closed();

                        ref
            """)),
        new("unmapped-region-stays-in-the-directory", "hit-trim", new Edit(Table, "        region.Directory.Forget(region);\n        if (region.Directory.Backing", "        if (region.Directory.Backing")),
    ];
}
