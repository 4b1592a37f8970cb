using Mmap.Spans.Scheduled.Protocol;
using Mmap.Spans.Scheduled.Scheduling;
using static Mmap.Spans.Scheduled.Scenarios.Catalog;

namespace Mmap.Spans.Scheduled.Scenarios;

/// <summary>Leases of a window in memory against the threads that evict it.</summary>
internal static class Hits
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        Tell("hit-trim", () =>
        {
            World w = new World(1, 2).Loaded(0).Registered();
            return w
                .Thread(() => { w.ReadSpan(0); w.ReadSpan(0); })
                .Thread(() => w.Table.Trim());
        }),
        Tell("hit-evict", () =>
        {
            World w = new World(2, 1).Loaded(0).Registered();
            return w
                .Thread(() => { w.ReadSpan(0); w.ReadSpan(0); })
                .Thread(() => w.ReadHeap(1));
        }),
        Tell("hits-evict", () =>
        {
            World w = new World(2, 1).Loaded(0).Registered();
            return w
                .Thread(() => w.ReadSpan(0))
                .Thread(() => w.ReadHeap(0))
                .Thread(() => w.ReadSpan(1));
        }),
        // Two victims in one batch, one of which is leased again.
        Tell("hit-limbo", () =>
        {
            World w = new World(4, 3).Loaded(0, 1, 2).Registered();
            return w
                .Thread(() => { w.ReadSpan(0); w.ReadHeap(0); })
                .Thread(() => { w.ReadSpan(3); w.Table.Trim(); });
        }),
        // The clock's look for a window that asks for a place: a new region is passed over once.
        Tell("hit-look", () =>
        {
            World w = new World(2, 1).Loaded(0).Registered();
            return w
                .Thread(() => { w.ReadSpan(0); w.ReadSpan(0); })
                .Thread(() =>
                {
                    w.Table.Copies!.TryGiveUpOne();
                    if (w.Table.Copies!.TryGiveUpOne()) w.ReadHeap(1);
                });
        }),
        Tell("look-look-trim", () =>
        {
            World w = new World(2, 2).Loaded(0, 1).Registered();
            w.Table.Copies!.TryGiveUpOne();
            return w
                .Thread(() => { w.Table.Copies!.TryGiveUpOne(); w.ReadSpan(0); })
                .Thread(() => w.Table.Copies!.TryGiveUpOne())
                .Thread(() => w.Table.Trim());
        }),
        Tell("zero-evict-reacquire", () =>
        {
            World w = new World(2, 1).Loaded(0);
            return w
                .Thread(() => { w.ReadHeap(0); w.ReadHeap(0); })
                .Thread(() => w.ReadHeap(1))
                .Thread(() => w.ReadHeap(0));
        }),
        Tell("grow-hits", () =>
        {
            World w = new World(1, 3).Registered();
            w.Resize(24);
            w.Loaded(0);
            return w
                .Thread(() => { w.ReadSpan(0); w.ReadSpan(0); })
                .Thread(() => w.Resize(32))
                .Thread(() => w.ReadHeap(0));
        }),
        // A mapping with room shows more of the file, while others lease all that it shows.
        Tell("extend-hits", () =>
        {
            World w = Growing().Loaded(0);
            return w
                .Thread(() => { w.ReadWhole(0); w.ReadWhole(0); })
                .Thread(() => { w.Resize(24); w.Resize(32); })
                .Thread(() => w.ReadWhole(0));
        }),
        Tell("extend-trim", () =>
        {
            World w = Growing().Loaded(0);
            return w
                .Thread(() => { w.ReadWhole(0); w.ReadHeap(0); })
                .Thread(() => w.Resize(32))
                .Thread(() => w.Table.Trim());
        }),
        Tell("extend-loading", () =>
        {
            World w = Growing();
            return w
                .Thread(() => w.ReadWhole(0))
                .Thread(() => { w.Resize(32); w.ReadWhole(0); });
        }),
        // A region loaded before the first growth has no room.
        Tell("extend-without-room", () =>
        {
            World w = new World(1, 3).Registered();
            w.Backing.HasRoom = true;
            w.Resize(24);
            w.Loaded(0);
            return w
                .Thread(() => { w.Resize(32); w.ReadWhole(0); })
                .Thread(() => w.ReadWhole(0));
        }),
        // The directory's array is replaced while others look into it.
        Tell("grow-directory", () =>
        {
            World w = new World(1, 3).Loaded(0).Registered();
            return w
                .Thread(() => { w.ReadSpan(0); w.ReadHeap(0); })
                .Thread(() => { w.Resize(64); w.ReadHeap(1); })
                .Thread(() => w.ReadHeap(0));
        }),
        Tell("empty-hits", () =>
        {
            World w = new World(1, 3).Loaded(0).Registered();
            return w
                .Thread(() => { w.ReadSpan(0); w.ReadSpan(0); })
                .Thread(w.Empty)
                .Thread(() => w.ReadHeap(0));
        }),
        // A reader has its block before its first lease, and keeps it over sweeps that find its slots.
        Tell("reader-trim", () =>
        {
            World w = new World(2, 2).Loaded(0);
            return w
                .Thread(() => w.ReadByReader(0, 0, 1))
                .Thread(() => { w.Table.Trim(); w.ReadSpan(0); });
        }),
        Tell("readers-evict", () =>
        {
            World w = new World(2, 1).Loaded(0).Registered();
            return w
                .Thread(() => w.ReadByReader(0, 0))
                .Thread(() => w.ReadByReader(1));
        }),
        // A range across two windows is never a hit, however long the first window is in memory.
        Tell("lease-across-an-edge", () =>
        {
            World w = new World(2, 2).Loaded(0).Registered();
            return w
                .Thread(() => AcrossTheEdge(w))
                .Thread(() => { w.ReadSpan(0); w.Table.Trim(); });
        }),
        // Without a race: a region used since its load outlives an unused one.
        Tell("eviction-order", () =>
        {
            World w = new World(5, 3).Loaded(0, 1, 2, 3);
            return w.Thread(() =>
            {
                for (int i = 0; i < 3; i++) w.ReadSpan(1);
                w.ReadSpan(4);
                World.Check(w.Backing.Loaded.Contains(World.WindowBytes),
                    "The region in use was evicted, an idle one kept.");
            });
        }),
    ];

    /// <summary>A file that was seen to grow, whose window shows 16 of the 32 bytes that it has room for.</summary>
    private static World Growing()
    {
        World w = new World(1, 3).Registered();
        w.Backing.HasRoom = true;
        w.Resize(8);
        w.Resize(16);
        return w;
    }

    private static void AcrossTheEdge(World w)
    {
        const int Offset = World.WindowBytes - World.LeaseBytes / 2;
        using SpanLease lease = w.File.LeaseSpan(Offset, World.LeaseBytes);
        uint serial = w.Pins.Add(lease.Span, Offset);
        Schedule.Pause("reads its bytes");
        w.Pins.CheckBytes(lease.Span, Offset, serial);
        w.Pins.Remove(serial);
    }
}
