using Mmap.Spans.Regions;
using Mmap.Spans.Scheduled.Protocol;
using Mmap.Spans.Scheduled.Scheduling;
using static Mmap.Spans.Scheduled.Scenarios.Catalog;

namespace Mmap.Spans.Scheduled.Scenarios;

/// <summary>A budget full of leases.</summary>
internal static class Pinned
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        Tell("all-pinned-exceed", () =>
        {
            World w = new(3, 1);
            return w
                .Thread(() =>
                {
                    using HeldReference a = w.Heap(0);
                    w.ReadHeap(1);
                    a.Check();
                })
                .Thread(() => w.ReadHeap(2));
        }),
        Tell("all-pinned-by-spans", () =>
        {
            World w = new World(2, 1).Registered();
            return w
                .Thread(() =>
                {
                    using HeldSpan a = w.Span(0);
                    a.Check();
                })
                .Thread(() =>
                {
                    using HeldSpan b = w.Span(1);
                    b.Check();
                });
        }),
        Tell("all-pinned-fail", () =>
        {
            World w = new(2, 1, OverBudget.Fail) { Expected = e => e is MapBudgetExceededException };
            return w
                .Thread(() => w.ReadHeap(0))
                .Thread(() => w.ReadHeap(1))
                .Thread(() => w.ReadHeap(0));
        }),
        // A thread that was refused for lack of room must find room once all others have ended.
        Tell("room-after-release", () =>
        {
            World w = new World(2, 1, OverBudget.Fail) { Expected = e => e is MapBudgetExceededException }.Loaded(0)
                .Registered();
            return w
                .Thread(() => { w.ReadSpan(0); w.ReadHeap(1); })
                .Thread(() => w.ReadSpan(0));
        }),
        // Each thread holds one lease, and the budget two: a thread that finds nothing idle finds something leaving.
        Tell("room-is-leaving", () =>
        {
            World w = new World(6, 2, OverBudget.Fail).Loaded(0, 1);
            return w
                .Thread(() => { w.ReadHeap(2); w.ReadHeap(3); })
                .Thread(() => { w.ReadHeap(4); w.ReadHeap(5); });
        }),
        Tell("region-cap", () =>
        {
            World w = new World(3, 8, maxRegions: 1) { Expected = e => e is MapBudgetExceededException }.Loaded(0);
            return w
                .Thread(() => w.ReadHeap(1))
                .Thread(() => w.ReadHeap(2))
                .Thread(() => w.ReadSpan(0));
        }),
        // A span ends in a window that the sweeper has parked for the reference of another: the last of both reports
        // it.
        Tell("span-ends-in-a-held-window", () =>
        {
            World w = new World(1, 2).Loaded(0).Registered();
            Region held = w.File.LeaseReference(0, World.LeaseBytes);
            w.Table.Trim();
            return w
                .Thread(() => w.ReadSpan(0))
                .Thread(() => { w.Table.Release(held); w.Table.Trim(); });
        }),
        // A lease moves from a reference to a slot while the region is over the budget.
        Tell("promotion-evict", () =>
        {
            World w = new World(2, 1).Loaded(0);
            return w
                .Thread(() => w.ReadSpan(0))
                .Thread(() => w.ReadHeap(1));
        }),
        Tell("promotion-trim", () =>
        {
            World w = new World(1, 2).Loaded(0).Registered();
            return w
                .Thread(() => { w.ReadHeap(0); w.ReadSpan(0); })
                .Thread(() => w.Table.Trim())
                .Thread(() => w.ReadHeap(0));
        }),
    ];
}
