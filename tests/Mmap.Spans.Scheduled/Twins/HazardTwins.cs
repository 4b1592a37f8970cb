namespace Mmap.Spans.Scheduled.Twins;

/// <summary>Bugs in how a hazard and a sweeper see each other.</summary>
internal static class HazardTwins
{
    private const string Slots = "Regions/HazardSlots.cs";
    private const string Pin = "Regions/SpanPin.cs";
    private const string Sweep = "Regions/Sweeper.cs";
    private const string Marks = "Regions/Marking.cs";

    private const string FenceAndScan =
        """
                HazardSlots.Fence();
                HazardSlots.Scan(_hazards);
        """;

    public static IReadOnlyList<Twin> All { get; } =
    [
        new("no-barrier", "hit-trim", new Edit(Slots, "Interlocked.MemoryBarrierProcessWide();", ""))
        {
            Stress = "trims",
            NeedsTwoProcessors = true,
        },
        new("barrier-before-the-marks", "hits-evict",
            new Edit(Marks, FenceAndScan, "        HazardSlots.Scan(_hazards);"),
            new Edit(Marks, "while (Marked.Count < batch", "HazardSlots.Fence(); while (Marked.Count < batch"),
            new Edit(Sweep, "int turn = 0;", "HazardSlots.Fence(); int turn = 0;"))
        {
            Stress = "trims",
            NeedsTwoProcessors = true,
        },
        new("scan-before-the-barrier", "hit-trim",
            new Edit(Marks, FenceAndScan, "        HazardSlots.Scan(_hazards);\n        HazardSlots.Fence();"))
        {
            Stress = "trims",
            NeedsTwoProcessors = true,
        },
        new("owner-not-counted", "promotion-evict", new Edit(Slots, "Interlocked.Increment(ref s_owners);", ""))
        {
            Unseen = "Threads that end take their blocks out of the count, which falls below zero: "
                + "then every sweep has its barrier, and the bug hides.",
        },
        new("hazard-not-spared", "hit-trim",
            new Edit(Marks, "            if (_hazards.Contains(region.Id)) region.State.Spare();\n", ""))
        {
            Stress = "rounds",
        },
        new("look-without-a-scan", "hit-look",
            new Edit(Marks, "        FenceAndScan(dropPages);\n", "        if (dropPages) FenceAndScan(dropPages);\n"))
        {
            Unseen = Twin.Rare + "a look must meet a new lease.",
        },
        new("any-token-clears", "copied-lease",
            new Edit(Slots, "if (_tokens[token & (Slots - 1)] != token) return false;", ""))
        {
            Stress = "leases",
        },
        new("taken-slot-overwritten", "more-leases-than-slots", new Edit(Slots, "if (slot != 0) return false;", ""))
        {
            Stress = "leases",
        },
        new("released-hazard-not-reported", "hit-trim", new Edit(Pin, "if (wanted) region.NotifySweeper();", ""))
        {
            Stress = "rounds",
        },
        new("hazard-given-up-in-silence", "hit-close",
            new Edit(Pin, "if (region.State.IsLeftToHazards) region.NotifySweeper();", ""))
        {
            Stress = "closing",
        },
        new("report-looked-at-before-the-slot-is-cleared", "hit-trim", new Edit(Pin,
            """
                    if (Region is not null && (!_block->TryClear(_token) || Region.State.EndsSlowly))
            """,
            """
                    bool wants = Region is not null && Region.State.EndsSlowly;
                    if (Region is not null && (!_block->TryClear(_token) || wants))
            """)) { Stress = "closing" },
        new("references-seen-before-the-slot-is-cleared", "span-ends-in-a-held-window", new Edit(Pin,
            """
                    if (Region is not null && (!_block->TryClear(_token) || Region.State.EndsSlowly))
            """,
            """
                    bool held = Region is not null && Region.State.References != 0;
                    if (Region is not null && (!_block->TryClear(_token) || (!held && Region.State.EndsSlowly)))
            """))
        {
            Unseen = Twin.Rare + "a reference must go between two neighbouring instructions.",
        },
        new("word-looked-at-before-the-slot-is-stored", "hit-trim",
            new Edit(Pin, "if (own != null && own->TryStore",
                "bool open = region.State.IsOpen; if (own != null && own->TryStore"),
            new Edit(Pin, "return region.State.IsOpen ||", "return open ||"))
        {
            Unseen = Twin.Rare + "a mark and its scan must come between two lines of a taker.",
        },
        new("range-not-looked-at", "lease-across-an-edge", new Edit("Regions/RegionDirectory.cs",
            "return region is not null && (ulong)(offset + (uint)length) <= (ulong)region.Limit;",
            "return region is not null;")) { Stress = "leases" },
        new("hazard-kept-without-a-rescue", "hit-trim", new Edit(Pin,
            "if (region.State.TryRescue()) return true;",
            "if (region.State.IsRetiring) return true;")) { Stress = "limbo" },
        new("reference-given-back-before-the-slot-is-stored", "hits-evict", new Edit(Pin,
            """
                        if (!own->TryStore(region.Id, out long token)) continue;
                        region.Directory.Table.Release(region);
            """,
            """
                        if (tries == 0) region.Directory.Table.Release(region);
                        if (!own->TryStore(region.Id, out long token)) continue;
            """)) { Stress = "rounds" },
    ];
}
