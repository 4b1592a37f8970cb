using System.Diagnostics.Metrics;
using System.Runtime.Loader;

namespace Mmap.Spans.Diagnostics;

/// <summary>
/// The meter <c>Mmap.Spans</c>: the present holdings of all managers of the process, read when a listener asks, and
/// their counters. Nothing here is on the way of a hit.
/// </summary>
internal static class MapMetrics
{
    private static readonly Meter s_meter =
        new("Mmap.Spans", typeof(MapMetrics).Assembly.GetName().Version?.ToString(3));

    private static readonly List<WeakReference<IObservedManager>> s_managers = [];

    private static readonly Counter<long> s_maps = s_meter.CreateCounter<long>(
        "mmap_spans.maps", "{region}", "Regions loaded.");

    private static readonly Counter<long> s_misses = s_meter.CreateCounter<long>(
        "mmap_spans.misses", "{lease}", "Leases that found no region and had to load one.");

    private static readonly Counter<long> s_evictions = s_meter.CreateCounter<long>(
        "mmap_spans.evictions", "{region}", "Regions dropped for the budget.");

    private static readonly Counter<long> s_retries = s_meter.CreateCounter<long>(
        "mmap_spans.map.retries", "{retry}",
        "Loads that the system refused and that were tried again after dropping a region.");

    private static readonly Counter<long> s_fallbacks = s_meter.CreateCounter<long>(
        "mmap_spans.copy.fallbacks", "{fallback}", "Files, or regions, copied because mapping them was refused.");

    private static readonly Counter<long> s_copies = s_meter.CreateCounter<long>(
        "mmap_spans.copies", "{lease}", "Leases that were read and not mapped.");

    private static readonly Counter<long> s_admissions = s_meter.CreateCounter<long>(
        "mmap_spans.admissions", "{region}", "Windows given a place in a full table, for leases that could be read.");

    private static readonly Counter<long> s_unreadable = s_meter.CreateCounter<long>(
        "mmap_spans.unreadable", "{region}", "Regions of which bytes could not be read while they were leased.");

    static MapMetrics()
    {
        Observe("mmap_spans.memory.mapped", "By", "Bytes of files that mappings hold.", s => s.MappedBytes);
        Observe("mmap_spans.memory.copied", "By", "Bytes of memory that copies hold.", s => s.CopiedBytes);
        Observe("mmap_spans.regions", "{region}", "Regions in memory.", s => s.Regions);
        Observe("mmap_spans.regions.over_budget", "{region}", "Regions held by leases beyond the budget.",
            s => s.RegionsOverBudget);
        Observe("mmap_spans.leases", "{lease}",
            "References of heap leases, cursors, readers, streams, and of span leases that need one.",
            s => s.LiveHeapLeases);
        Observe("mmap_spans.files", "{file}", "Different files open.", s => s.OpenFiles);
        Observe("mmap_spans.handles", "{handle}", "File handles open.", s => s.OpenHandles);

        // The framework keeps the meter for ever, and with it our code, so a context that is unloaded must dispose it.
        AssemblyLoadContext? context = AssemblyLoadContext.GetLoadContext(typeof(MapMetrics).Assembly);
        if (context is not { IsCollectible: true }) return;
        context.Unloading += static _ =>
        {
            s_meter.Dispose();
            MapEvents.Log.Dispose();
        };
    }

    /// <summary>Adds a manager to the sums, without keeping it alive.</summary>
    public static void Add(IObservedManager manager)
    {
        lock (s_managers)
        {
            s_managers.RemoveAll(gone => !gone.TryGetTarget(out _));
            s_managers.Add(new WeakReference<IObservedManager>(manager));
        }
    }

    /// <summary>The number of registered managers, including those collected since the last one was made.</summary>
    public static int Managers
    {
        get
        {
            lock (s_managers) return s_managers.Count;
        }
    }

    public static void Mapped() => Count(s_maps);

    public static void Missed() => Count(s_misses);

    public static void Evicted() => Count(s_evictions);

    public static void Retried() => Count(s_retries);

    public static void FellBack() => Count(s_fallbacks);

    public static void Copied()
    {
        if (s_copies.Enabled) Count(s_copies);
    }

    public static void Admitted() => Count(s_admissions);

    public static void Unreadable() => Count(s_unreadable);

    private static void Count(Counter<long> counter)
    {
        try
        {
            counter.Add(1);
        }
        catch (Exception e)
        {
            // A listener's own callback, on the thread that loads or sweeps: its exception must not interrupt either.
            MapEvents.Log.ListenerFailed(counter.Name, e.ToString());
        }
    }

    private static void Observe(string name, string unit, string description, Func<MapStatistics, long> part) =>
        s_meter.CreateObservableUpDownCounter(name, () => Sum(part), unit, description);

    private static long Sum(Func<MapStatistics, long> part)
    {
        List<IObservedManager> managers = [];
        lock (s_managers)
        {
            foreach (WeakReference<IObservedManager> reference in s_managers)
            {
                if (reference.TryGetTarget(out IObservedManager? manager)) managers.Add(manager);
            }
        }

        return managers.Sum(manager => part(manager.GetStatistics()));
    }
}
