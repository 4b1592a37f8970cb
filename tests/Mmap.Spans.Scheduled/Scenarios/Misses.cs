using Mmap.Spans.Scheduled.Protocol;
using Mmap.Spans.Scheduled.Scheduling;
using static Mmap.Spans.Scheduled.Scenarios.Catalog;

namespace Mmap.Spans.Scheduled.Scenarios;

/// <summary>Leases of windows that are not in memory yet.</summary>
internal static class Misses
{
    private const string Planned = "The scenario wants it so.";

    public static IReadOnlyList<Scenario> All { get; } =
    [
        Tell("miss-miss", () =>
        {
            World w = new(1, 2);
            return w
                .Thread(() => w.ReadHeap(0))
                .Thread(() => w.ReadSpan(0));
        }),
        Tell("miss-miss-miss", () =>
        {
            World w = new(2, 1);
            return w
                .Thread(() => w.ReadHeap(0))
                .Thread(() => w.ReadHeap(1))
                .Thread(() => w.ReadHeap(0));
        }),
        Tell("miss-evict", () =>
        {
            World w = new World(2, 1).Loaded(0);
            return w
                .Thread(() => w.ReadHeap(1))
                .Thread(() => w.ReadSpan(0));
        }),
        Tell("misses-over-budget", () =>
        {
            World w = new(3, 1);
            return w
                .Thread(() => w.ReadHeap(0))
                .Thread(() => w.ReadHeap(1))
                .Thread(() => w.ReadHeap(2));
        }),
        // Each thread has one short lease at a time, and there are more windows than the budget and the loaders account
        // for.
        Tell("peak-of-two-loaders", () =>
        {
            World w = new(8, 1);
            return w
                .Thread(() => { for (int window = 0; window < 4; window++) w.ReadHeap(window); })
                .Thread(() => { for (int window = 4; window < 8; window++) w.ReadSpan(window); });
        }),
        Tell("peak-beside-a-trim", () =>
        {
            World w = new World(6, 2).Loaded(0, 1);
            return w
                .Thread(() => { w.ReadHeap(2); w.ReadHeap(3); })
                .Thread(() => { w.ReadSpan(4); w.ReadSpan(5); })
                .Thread(() => w.Table.Trim());
        }),
        // A listener runs after the gate: its calls are calls like any other.
        Tell("listener-trims", () =>
        {
            World w = new World(3, 1).Loaded(0);
            w.Listener.OnLeft = () => w.Table.Trim();
            return w
                .Thread(() => w.ReadHeap(1))
                .Thread(() => { w.ReadSpan(2); w.Empty(); });
        }),
        Tell("listener-leases", () =>
        {
            World w = new World(3, 1).Loaded(0);
            w.Listener.OnLeft = () => w.ReadHeap(2);
            return w
                .Thread(() => w.ReadHeap(1))
                .Thread(() => w.Table.Trim());
        }),
        Tell("listener-empties-at-close", () =>
        {
            World w = new World(3, 3).Loaded(0, 1, 2);
            w.Listener.OnLeft = w.Empty;
            return w
                .Thread(w.Close)
                .Thread(() => w.ReadSpan(1));
        }),
        Tell("load-fails", () =>
        {
            World w = new(1, 2) { Expected = e => e.Message == Planned };
            w.Backing.FailLoad(1, () => new IOException(Planned));
            return w
                .Thread(() => w.ReadHeap(0))
                .Thread(() => w.ReadHeap(0))
                .Thread(() => w.ReadSpan(0));
        }),
        Tell("load-fails-close", () =>
        {
            World w = new(1, 2) { Expected = e => e.Message == Planned };
            w.Backing.FailLoad(1, () => new IOException(Planned));
            return w
                .Thread(() => w.ReadHeap(0))
                .Thread(() => w.ReadHeap(0))
                .Thread(w.Close);
        }),
        // The system has no room; the table drops what is idle and asks again, or says so.
        Tell("load-exhausted", () =>
        {
            World w = new World(2, 4) { Expected = e => e.InnerException is OutOfMemoryException }.Loaded(0)
                .Registered();
            w.Backing.FailLoad(1, () => new InsufficientMemoryException(Planned));
            return w
                .Thread(() => w.ReadHeap(1))
                .Thread(() => w.ReadSpan(0));
        }),
        Tell("waiter-interrupted", () =>
        {
            World w = new(1, 1);
            return w
                .Thread(() => w.ReadHeap(0))
                .Thread(() => Interruptibly(() => w.ReadHeap(0)))
                .Thread(() => Schedule.Interrupt(1));
        }),
        // A thread that loads, evicts or closes is interrupted anywhere. The interrupt may end only a wait for another
        // thread's load.
        Tell("anybody-interrupted", () =>
        {
            World w = new(2, 1);
            return w
                .Thread(() => Interruptibly(() => { w.ReadHeap(0); w.ReadSpan(1); }))
                .Thread(() => { w.ReadHeap(0); w.Table.Trim(); })
                .Thread(() => Schedule.Interrupt(0));
        }),
        Tell("unload-refused", () =>
        {
            World w = new World(2, 1).Loaded(0);
            w.Backing.RefuseUnloads(1);
            // A region whose unmap failed stays charged until a later sweep; the load that follows asks for a sweep.
            return w
                .Thread(() => w.Table.Trim())
                .Thread(() => { w.ReadHeap(1); w.Table.Trim(); w.Table.Trim(); });
        }),
    ];

    private static void Interruptibly(Action leases)
    {
        try
        {
            leases();
        }
        catch (ThreadInterruptedException)
        {
            // The lease was not taken and must leave nothing behind.
            Schedule.Pause("was interrupted");
        }
    }
}
