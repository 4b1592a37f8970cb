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

        // The kernel generates this file, and refuses to map it.
        using (Microsoft.Win32.SafeHandles.SafeFileHandle unmappable = File.OpenHandle("/proc/self/status"))
        {
            for (int i = 0; i < Times; i++)
            {
                bool refused = false;
                try
                {
                    NativeRegions.Map(unmappable, 0, page, page);
                }
                catch (IOException)
                {
                    refused = true;
                }

                Check.That(refused, "A file of /proc is not mapped.");
            }
        }

        Check.Report("after-refusals", NativeRegions.Mappings);
        Lease(args[0], Backing.Map, guard: true, Times);
        Check.Report("after-guard", NativeRegions.Mappings);
        Lease(args[0], Backing.Map, guard: false, Times);
        Lease(args[0], Backing.TruncationSafe, guard: false, Times);
        Check.Report("after-all", NativeRegions.Mappings);
    }

    /// <summary>Takes pages until the system refuses, under guard and without guard, and gives them back.</summary>
    /// <param name="_">Nothing.</param>
    public static void CountPages(string[] _)
    {
        const int Block = 32 << 20;
        foreach (bool guarded in (bool[])[false, true])
        {
            var pages = new PagePool(long.MaxValue, guarded);
            var rented = new List<RegionMemory>();
            bool refused = false;
            while (!refused)
            {
                try
                {
                    rented.Add(pages.Rent(0, Block));
                }
                catch (InsufficientMemoryException)
                {
                    refused = true;
                }
            }

            string used =
                $"{rented.Count} blocks, {pages.BytesInUse} bytes in use, {NativePages.Bytes} of the process.";
            Check.That(rented.Count > 2 && pages.BytesInUse == (long)rented.Count * Block, used);
            Check.That(NativePages.Bytes == pages.BytesInUse, used);
            foreach (RegionMemory copy in rented) Check.That(pages.TryEnd(copy), "What was taken is given back.");
            pages.Close();
            string left =
                $"{pages.BytesInUse} bytes in use, {pages.KeptBytes} kept, {NativePages.Bytes} of the process.";
            Check.That(pages.BytesInUse == 0 && pages.KeptBytes == 0 && NativePages.Bytes == 0, left);
        }
    }

    private static void Lease(string path, Backing backing, bool guard, int times)
    {
        var options = new MapManagerOptions
        {
            WindowSize = Environment.SystemPageSize,
            Overlap = 0,
            GuardLeases = guard,
        };
        using var manager = new MapManager(options);
        using MappedFile file = manager.Open(path, new MappedFileOptions { Backing = backing });
        long step = 2L * Environment.SystemPageSize;
        MemoryLease[] leases = [.. Enumerable.Range(0, times).Select(i => file.LeaseMemory(i * step, 10))];
        if (guard) Check.Report("guarded", NativeRegions.Mappings);
        foreach (MemoryLease lease in leases) lease.Dispose();
    }
}
