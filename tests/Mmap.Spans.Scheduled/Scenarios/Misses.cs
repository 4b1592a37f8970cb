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
        Tell("load-fails", () =>
        {
            World w = new(1, 2) { Expected = e => e.Message == Planned };
            w.Backing.LoadPlan = number => number == 1 ? new IOException(Planned) : null;
            return w
                .Thread(() => w.ReadHeap(0))
                .Thread(() => w.ReadHeap(0))
                .Thread(() => w.ReadSpan(0));
        }),
        Tell("load-fails-close", () =>
        {
            World w = new(1, 2) { Expected = e => e.Message == Planned };
            w.Backing.LoadPlan = number => number == 1 ? new IOException(Planned) : null;
            return w
                .Thread(() => w.ReadHeap(0))
                .Thread(() => w.ReadHeap(0))
                .Thread(w.Close);
        }),
        // The system has no room; the table drops what is idle and asks again, or says so.
        Tell("load-exhausted", () =>
        {
            World w = new World(2, 4) { Expected = e => e.InnerException is OutOfMemoryException }.Loaded(0).Registered();
            w.Backing.LoadPlan = number => number == 2 ? new InsufficientMemoryException(Planned) : null;
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
        // Who loads, evicts or closes is interrupted anywhere; only a wait for another's load may end by it.
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
            w.Backing.RefusalPlan = number => number == 1;
            // What could not be unmapped stays charged, and goes with a later sweep; the load that follows asks for one.
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
            // The lease was not taken; nothing of it may stay.
            Schedule.Pause("was interrupted");
        }
    }
}
