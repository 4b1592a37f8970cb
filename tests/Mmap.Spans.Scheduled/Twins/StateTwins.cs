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
            "ulong next = state == Retiring ? (seen & ~StateMask) | Live | 1 : seen + 1;",
            "ulong next = seen + 1;")) { Stress = "limbo" },
        new("quick-reference-on-anything", "zero-evict-reacquire", new Edit(State,
            "return (seen & (StateMask | Closing)) == Live && (seen & ReferencesMask) != ReferencesMask",
            "return (seen & Closing) == 0")) { Stress = "limbo" },
        new("mark-ignores-references", "hit-evict", new Edit(State,
            "while ((seen & (StateMask | ReferencesMask)) == Live)",
            "while ((seen & StateMask) == Live)")) { Stress = "rounds" },
        new("mark-does-not-park", "hit-trim", new Edit(State, "(seen & ~StateMask) | Retiring | Parked, seen)", "(seen & ~StateMask) | Retiring, seen)")) { Stress = "rounds" },
        new("idle-region-parked", "all-pinned-exceed", new Edit(State,
            "while ((seen & StateMask) == Live && (seen & ReferencesMask) != 0)",
            "while ((seen & StateMask) == Live)"))
        {
            Unseen = "The stress finds it, but not within seconds each time: the last reference must go between two neighbouring exchanges of the sweeper.",
        },
        new("blind-retire", "hit-trim", new Edit(State,
            "            ulong found = Interlocked.CompareExchange(ref _word, (seen & ~StateMask) | Retired, seen);\n",
            "            Interlocked.Exchange(ref _word, (seen & ~StateMask) | Retired);\n            ulong found = seen;\n")) { Stress = "leases" },
        new("close-passes-over-loading", "miss-close", new Edit(State, "while ((seen & StateMask) != Retired)", "while ((seen & StateMask) == Live)")) { Stress = "rounds" },
        new("publish-by-a-plain-store", "miss-miss", new Edit(State,
            "            ulong found = Interlocked.CompareExchange(ref _word, (seen & ~(StateMask | Waiting)) | to, seen);\n",
            "            Volatile.Write(ref _word, (seen & ~(StateMask | Waiting)) | to);\n            ulong found = seen;\n"))
        {
            Unseen = "The stress finds it, but not within seconds each time: a reference must come between two neighbouring instructions of the loader.",
        },
        new("waiting-sampled-before-the-publish", "miss-miss",
            new Edit(State, "            Debug.Assert((seen & StateMask) == from", "            early ??= seen;\n            Debug.Assert((seen & StateMask) == from"),
            new Edit(State, "    private bool Leave(ulong from, ulong to)\n    {\n", "    private bool Leave(ulong from, ulong to)\n    {\n        ulong? early = null;\n"),
            new Edit(State, "if (found == seen) return (seen & Waiting) != 0;", "if (found == seen) return (early & Waiting) != 0;"))
        {
            Unseen = "The stress finds it, but not within seconds each time: a waiter must come between two neighbouring instructions of the loader.",
        },
        new("waiter-does-not-announce", "miss-miss", new Edit(State,
            "            ulong found = Interlocked.CompareExchange(ref _word, seen | Waiting, seen);\n            if (found == seen) return true;\n            seen = found;\n",
            "            return true;\n")) { Stress = "rounds" },
        new("release-does-not-want-a-report", "hit-evict", new Edit(State,
            "return (left & ReferencesMask) == 0 && (left & (Closing | Parked)) != 0 && (left & StateMask) == Live;",
            "return (left & ReferencesMask) == 0 && (left & Closing) != 0 && (left & StateMask) == Live;")) { Stress = "rounds" },
    ];
}
