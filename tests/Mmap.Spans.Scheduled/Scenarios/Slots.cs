using Mmap.Spans.Regions;
using Mmap.Spans.Scheduled.Protocol;
using Mmap.Spans.Scheduled.Scheduling;
using static Mmap.Spans.Scheduled.Scenarios.Catalog;

namespace Mmap.Spans.Scheduled.Scenarios;

/// <summary>Hazard slots: their blocks, their number, their tokens.</summary>
internal static class Slots
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        // The first lease of a thread comes by a reference and moves into a slot of a block that is just being made.
        Tell("first-lease-trim", () =>
        {
            World w = new World(1, 2).Loaded(0);
            return w
                .Thread(() => w.ReadSpan(0))
                .Thread(() => { w.Table.Trim(); w.Table.Trim(); });
        }),
        Tell("two-first-leases", () =>
        {
            World w = new World(1, 2).Loaded(0);
            return w
                .Thread(() => { w.ReadSpan(0); w.ReadSpan(0); })
                .Thread(() => w.ReadSpan(0))
                .Thread(() => w.Table.Trim());
        }),
        // A thread may end, and the next take over its block, while a sweeper looks through the blocks.
        Tell("block-taken-over", () =>
        {
            World w = new World(1, 2).Loaded(0);
            return w
                .Thread(() => w.ReadSpan(0))
                .Thread(() => { w.ReadSpan(0); w.ReadSpan(0); })
                .Thread(() => w.Table.Trim());
        }),
        Tell("more-leases-than-slots", () =>
        {
            World w = new World(2, 1).Loaded(0).Registered();
            return w
                .Thread(() => Nest(w, HazardBlock.Slots + 1))
                .Thread(() => w.ReadHeap(1));
        }),
        // A copy of a lease is disposed again when its slot is another lease's.
        Tell("copied-lease", () =>
        {
            World w = new World(1, 2).Loaded(0).Registered();
            return w
                .Thread(() =>
                {
                    HeldSpan first = w.Span(0);
                    SpanLease copy = w.File.LeaseSpan(0, World.LeaseBytes);
                    SpanLease again = copy;
                    copy.Dispose();
                    first.Dispose();
                    for (int i = 0; i < HazardBlock.Slots - 1; i++)
                    {
                        SpanLease turn = w.File.LeaseSpan(0, World.LeaseBytes);
                        turn.Dispose();
                    }

                    using HeldSpan last = w.Span(0);
                    again.Dispose();
                    last.Check();
                })
                .Thread(() => w.Table.Trim());
        }),
    ];

    private static void Nest(World w, int depth)
    {
        using HeldSpan lease = w.Span(0);
        if (depth > 1) Nest(w, depth - 1);
        else lease.Check();
    }
}
