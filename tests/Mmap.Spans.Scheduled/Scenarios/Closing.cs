using Mmap.Spans.Regions;
using Mmap.Spans.Scheduled.Protocol;
using Mmap.Spans.Scheduled.Scheduling;
using static Mmap.Spans.Scheduled.Scenarios.Catalog;

namespace Mmap.Spans.Scheduled.Scenarios;

/// <summary>Closers against all other operations.</summary>
internal static class Closing
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        Tell("hit-close", () =>
        {
            World w = new World(1, 2).Loaded(0).Registered();
            return w
                .Thread(() => { w.ReadSpan(0); w.ReadSpan(0); })
                .Thread(w.Close);
        }),
        Tell("heap-hit-close", () =>
        {
            World w = new World(1, 2).Loaded(0);
            return w
                .Thread(() => { w.ReadHeap(0); w.ReadHeap(0); })
                .Thread(w.Close)
                .Thread(() => w.ReadHeap(0));
        }),
        Tell("miss-close", () =>
        {
            World w = new(1, 2);
            return w
                .Thread(() => w.ReadHeap(0))
                .Thread(() => w.ReadHeap(0))
                .Thread(w.Close);
        }),
        Tell("two-closers", () =>
        {
            World w = new World(2, 2).Loaded(0).Registered();
            return w
                .Thread(w.Close)
                .Thread(w.Close)
                .Thread(() => w.ReadSpan(0));
        }),
        Tell("close-evict", () =>
        {
            World w = new World(2, 1).Loaded(0);
            return w
                .Thread(w.Close)
                .Thread(() => w.ReadHeap(1))
                .Thread(() => w.ReadHeap(0));
        }),
        Tell("close-limbo", () =>
        {
            World w = new World(4, 3).Loaded(0, 1, 2);
            return w
                .Thread(() => w.ReadHeap(3))
                .Thread(w.Close);
        }),
        Tell("everybody-at-once", () =>
        {
            World w = new World(2, 1).Loaded(0).Registered();
            return w
                .Thread(() => w.ReadSpan(0))
                .Thread(() => w.ReadSpan(1))
                .Thread(() => w.ReadHeap(0))
                .Thread(w.Close);
        }),
        // One opener closes the file while another keeps it: nothing may be stranded by a lease that was about to be
        // taken.
        Tell("opener-goes", () =>
        {
            World w = new World(2, 1).Loaded(0).Registered();
            return w
                .Thread(() => w.ReadSpan(0))
                .Thread(w.DisposeOpener)
                .Thread(() => w.Table.Trim());
        }),
        Tell("exact-ended-twice", () =>
        {
            World w = new World(2, 2);
            Region exact = w.Table.AcquireExact(w.Directory, 16, 32);
            return w
                .Thread(() => w.Table.Release(exact))
                .Thread(() => w.Table.Release(exact))
                .Thread(w.Close);
        }),
    ];
}
