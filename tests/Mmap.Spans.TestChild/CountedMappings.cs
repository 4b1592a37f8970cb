using Mmap.Spans.Memory;

namespace Mmap.Spans.TestChild;

/// <summary>The process's own count of its mappings, after all that can become of one.</summary>
internal static class CountedMappings
{
    /// <summary>Has loads refused and leases ended, and reports what is counted after each.</summary>
    /// <param name="args">A path to make.</param>
    public static void Count(string[] args)
    {
        const int Times = 20;
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException();
        int page = Environment.SystemPageSize;
        File.WriteAllBytes(args[0], new byte[64 * page]);

        // The kernel makes this file up, and maps it for nobody.
        using (Microsoft.Win32.SafeHandles.SafeFileHandle unmappable = File.OpenHandle("/proc/self/status"))
        {
            for (int i = 0; i < Times; i++)
            {
                bool refused = false;
                try
                {
                    NativeRegions.Map(unmappable, 0, page);
                }
                catch (IOException)
                {
                    refused = true;
                }

                Check.That(refused, "A file of /proc is not mapped.");
            }
        }

        Check.Report("after-refusals", NativeRegions.Mappings);
        Lease(args[0], guard: true, Times);
        Check.Report("after-guard", NativeRegions.Mappings);
        Lease(args[0], guard: false, Times);
        Check.Report("after-all", NativeRegions.Mappings);
    }

    private static void Lease(string path, bool guard, int times)
    {
        var options = new MapManagerOptions
        {
            WindowSize = Environment.SystemPageSize, Overlap = 0, GuardLeases = guard,
        };
        using var manager = new MapManager(options);
        using MappedFile file = manager.Open(path, new MappedFileOptions { Backing = Backing.Map });
        long step = 2L * Environment.SystemPageSize;
        MemoryLease[] leases = [.. Enumerable.Range(0, times).Select(i => file.LeaseMemory(i * step, 10))];
        if (guard) Check.Report("guarded", NativeRegions.Mappings);
        foreach (MemoryLease lease in leases) lease.Dispose();
    }
}
