using Mmap.Spans.Memory;

namespace Mmap.Spans.TestChild;

/// <summary>More windows than the system allows mappings; reaching that limit would end this process.</summary>
internal static class ManyMappings
{
    /// <summary>The most mappings of a turn.</summary>
    private static (long Mappings, long Copied) s_most;

    private static int MappingsNow => File.ReadLines("/proc/self/maps").Count();

    /// <summary>Walks through a file in windows of one page each.</summary>
    /// <param name="args">A path, existing.</param>
    public static void OneGranuleWindows(string[] args)
    {
        int before = MappingsNow;
        using var manager = new MapManager(new MapManagerOptions
        {
            WindowSize = Environment.SystemPageSize,
            Overlap = 0,
            MaxMappedBytes = long.MaxValue,
        });
        using MappedFile file = manager.Open(args[0], new MappedFileOptions { Backing = Backing.Map });
        int most = 0;
        long window = 0;
        for (long offset = 0; offset < file.Length; offset += Environment.SystemPageSize, window++)
        {
            using SpanLease lease = file.LeaseSpan(offset, 1);
            if (window % 10_000 == 9_999) most = Math.Max(most, MappingsNow - before);
        }

        Check.Report("windows", window);
        Check.Report("mappings", most);
        Check.That(manager.GetStatistics().Regions <= manager.Options.MaxRegions, "Regions stay under their cap.");
        Check.That(most <= manager.Options.MaxRegions + 500, "So do mappings.");
    }

    /// <summary>
    /// Walks through a file in windows of one page each under a small budget, and looks how many managed bytes that
    /// leaves.
    /// </summary>
    /// <param name="args">A path, existing, and the budget in windows.</param>
    public static void Leave(string[] args)
    {
        int window = Environment.SystemPageSize, budget = (int)Check.Number(args[1]);
        using var manager =
            new MapManager(
                new MapManagerOptions { WindowSize = window, Overlap = 0, MaxMappedBytes = (long)budget * window });
        using MappedFile file = manager.Open(args[0], new MappedFileOptions { Backing = Backing.Map });
        // The directory grows with the file; after a first pass all of it is there.
        for (long offset = 0; offset < file.Length; offset += 1024L * window) Look(file, offset);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (long offset = 0; offset < file.Length; offset += window) Look(file, offset);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Check.That(manager.GetStatistics().Evictions >= file.Length / window - budget, "All but the budget has left.");
        Check.Report("windows", file.Length / window);
        Check.Report("bytes-grown", grown);
    }

    private static void Look(MappedFile file, long offset)
    {
        using SpanLease lease = file.LeaseSpan(offset, 1);
        Check.That(lease.Span[0] == 0, "A hole reads as zeroes.");
    }

    /// <summary>Keeps leases through several managers, whose caps together are more than the system allows.</summary>
    /// <param name="args">A path, existing, and <c>Map</c> or <c>Auto</c>.</param>
    public static void HoldAll(string[] args)
    {
        // Twice: all mappings that were given back can be taken again.
        long first = Hold(args[0], Enum.Parse<Backing>(args[1])), second = Hold(args[0], Enum.Parse<Backing>(args[1]));
        Check.Report("held", first);
        Check.Report("mappings", s_most.Mappings);
        Check.Report("copied", s_most.Copied);
        Check.That(first == second, $"{first} leases were held, and {second} the second time.");
    }

    private static long Hold(string path, Backing backing)
    {
        var options =
            new MapManagerOptions
            {
                WindowSize = Environment.SystemPageSize,
                Overlap = 0,
                MaxMappedBytes = long.MaxValue
            };
        var managers = new List<MapManager>();
        // Kept alive: a thread of the pool closes an undisposed file, possibly while the manager is checked.
        var files = new List<MappedFile>();
        var held = new List<MemoryLease>();
        string? refused = null;
        long copied = 0;
        while (refused is null && managers.Count < 5)
        {
            var manager = new MapManager(options);
            managers.Add(manager);
            MappedFile file = manager.Open(path, new MappedFileOptions { Backing = backing });
            files.Add(file);
            for (int i = 0; i < options.MaxRegions && refused is null; i++)
            {
                try
                {
                    // Backwards would merge neighbours into one mapping; every other window does not merge at all.
                    held.Add(file.LeaseMemory(2L * i * Environment.SystemPageSize, 1));
                }
                catch (IOException e)
                {
                    refused = e.Message;
                }
            }

            copied += manager.GetStatistics().FallbacksToCopy;
        }

        int mappings = MappingsNow;
        long counted = NativeRegions.Mappings;
        if (backing == Backing.Map)
            Check.That(refused is not null
                && refused.Contains("vm.max_map_count"), $"The error names the limit: {refused}");
        else Check.That(refused is null && copied > 0, $"Copies go on where mappings end: {refused}");

        foreach (MemoryLease lease in held) lease.Dispose();
        foreach (MappedFile file in files) file.Dispose();
        foreach (MapManager manager in managers)
        {
            manager.Dispose();
            MapStatistics left = manager.GetStatistics();
            bool isEmpty = left is { Regions: 0, MappedBytes: 0, LiveHeapLeases: 0 };
            Check.That(isEmpty, $"Everything is given back: {left}");
        }

        Check.That(NativeRegions.Mappings == 0, $"{NativeRegions.Mappings} mappings are counted, and there is none.");
        s_most = (Math.Max(s_most.Mappings, mappings), Math.Max(s_most.Copied, copied));
        return counted;
    }
}
