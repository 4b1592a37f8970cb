using Mmap.Spans.Scheduled.Protocol;
using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Scenarios;

/// <summary>All scenarios; the twins are given the same.</summary>
public static class Catalog
{
    public static IReadOnlyList<Scenario> All { get; } =
        [.. Hits.All, .. Misses.All, .. Pinned.All, .. Closing.All, .. Slots.All];

    /// <summary>A scenario whose threads are added to a world that is made anew for each schedule.</summary>
    internal static Scenario Tell(string name, Func<World> begin) => new(name, begin);
}
