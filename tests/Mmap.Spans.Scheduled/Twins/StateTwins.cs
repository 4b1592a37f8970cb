namespace Mmap.Spans.Scheduled.Twins;

/// <summary>Bugs in the steps of a region's word.</summary>
internal static class StateTwins
{
    private const string State = "Regions/RegionState.cs";

    public static IReadOnlyList<Twin> All { get; } =
    [
        new("open-though-retiring", "hit-trim", new Edit(State,
            "get => (Volatile.Read(in _word) & (StateMask | Closing)) == Live;",
            "get => (Volatile.Read(in _word) & Closing) == 0;")) { Stress = "leases" },
        new("taker-does-not-rescue", "zero-evict-reacquire", new Edit(State,
            "new Row(FromRetiring, Without: Closing, Clear: StateMask, Set: Live | 1)",
            "new Row(FromRetiring, Without: Closing, Add: 1)")) { Stress = "limbo" },
        new("quick-reference-on-anything", "zero-evict-reacquire", new Edit(State,
            "return (seen & (StateMask | Closing)) == Live && (seen & ReferencesMask) != ReferencesMask",
            "return (seen & Closing) == 0")) { Stress = "limbo" },
        new("mark-ignores-references", "hit-evict", new Edit(State,
            "new Row(FromLive, Without: ReferencesMask, Clear: StateMask, Set: Retiring | Parked)",
            "new Row(FromLive, Clear: StateMask, Set: Retiring | Parked)")) { Stress = "rounds" },
        new("mark-does-not-park", "hit-trim", new Edit(State, "Set: Retiring | Parked)", "Set: Retiring)"))
        {
            Stress = "rounds",
        },
        new("idle-region-parked", "all-pinned-exceed", new Edit(State,
            "new Row(FromLive, With: ReferencesMask, Set: Parked)",
            "new Row(FromLive, Set: Parked)"))
        {
            Unseen = Twin.Rare + "the last reference must go between two neighbouring exchanges of the sweeper.",
        },
        new("blind-retire", "hit-trim", new Edit(State,
            "public bool TryRetire() => TryStep(new Row(FromRetiring, Clear: StateMask, Set: Retired), out _);",
            """
            public bool TryRetire()
            {
                ulong seen = Seen;
                if ((seen & StateMask) == Retiring) Interlocked.Exchange(ref _word, (seen & ~StateMask) | Retired);
                return (seen & StateMask) == Retiring;
            }
            """)) { Stress = "leases", NeedsTwoProcessors = true },
        new("close-passes-over-loading", "miss-close",
            new Edit(State, "FromLoading | FromLive | FromRetiring", "FromLive | FromRetiring"))
        {
            Stress = "rounds",
        },
        new("publish-by-a-plain-store", "miss-miss", new Edit(State,
            "bool left = TryStep(new Row(FromLoading, Clear: StateMask | Waiting, Set: to), out ulong seen);",
            """
            bool left = true;
            ulong seen = Seen;
            Volatile.Write(ref _word, (seen & ~(StateMask | Waiting)) | to);
            """))
        {
            Unseen = Twin.Rare + "a reference must come between two neighbouring instructions of the loader.",
        },
        new("waiting-sampled-before-the-publish", "miss-miss",
            new Edit(State, "bool left = TryStep(", "ulong early = Seen; bool left = TryStep("),
            new Edit(State, "return (seen & Waiting) != 0;", "return (early & Waiting) != 0;"))
        {
            Unseen = Twin.Rare + "a waiter must come between two neighbouring instructions of the loader.",
        },
        new("waiter-does-not-announce", "miss-miss", new Edit(State,
            "public bool TryAnnounceWaiter() => TryStep(new Row(FromLoading, Set: Waiting), out _);",
            "public bool TryAnnounceWaiter() => IsLoading;")) { Stress = "rounds" },
        new("release-does-not-want-a-report", "hit-evict", new Edit(State,
            "(left & ReferencesMask) == 0 && (left & (Closing | Parked)) != 0 && (left & StateMask) == Live;",
            "(left & ReferencesMask) == 0 && (left & Closing) != 0 && (left & StateMask) == Live;"))
        {
            Stress = "rounds",
        },
    ];
}
