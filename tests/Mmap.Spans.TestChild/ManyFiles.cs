using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.TestChild;

/// <summary>More files than handles.</summary>
internal static class ManyFiles
{
    private const int FileBytes = 8 << 10;

    /// <summary>Opens files, each with a live lease, keeps all of them, and reads them again afterwards.</summary>
    /// <param name="args">A folder to fill, and how many files.</param>
    public static void OpenMany(string[] args)
    {
        string[] paths = Fill(args[0], (int)Check.Number(args[1]), FileBytes);
        using var manager = new MapManager();
        var files = new MappedFile[paths.Length];
        var leases = new MemoryLease[paths.Length];
        for (int i = 0; i < paths.Length; i++)
        {
            files[i] = manager.Open(paths[i],
                new MappedFileOptions { Backing = i % 2 == 0 ? Backing.Map : Backing.Copy });
            leases[i] = files[i].LeaseMemory(0, FileBytes);
        }

        Check.Report("handles", manager.GetStatistics().OpenHandles);
        Check.Report("descriptors", Directory.GetFiles("/proc/self/fd").Length);
        Check.That(manager.GetStatistics().OpenFiles == paths.Length, "All files are open.");
        Check.That(manager.GetStatistics().OpenHandles <= manager.Options.MaxOpenHandles,
            "Handles stay in their budget.");

        byte[] copy = new byte[8];
        for (int i = 0; i < paths.Length; i++)
        {
            CheckStamp(leases[i].Span, i);
            Check.That(files[i].Read(FileBytes - 8, copy) == 8, "A file whose handle was closed is opened again.");
            Check.That(BinaryPrimitives.ReadInt64LittleEndian(copy) == ~i, "It is the same file.");
        }

        for (int i = 0; i < paths.Length; i++)
        {
            leases[i].Dispose();
            files[i].Dispose();
        }

        MapStatistics end = manager.GetStatistics();
        Check.That(end is { OpenHandles: 0, Regions: 0, MappedBytes: 0, OpenFiles: 0, LiveHeapLeases: 0 },
            $"Everything is given back: {end}");
    }

    /// <summary>Opens files when others in the process have taken every handle that the system gives it.</summary>
    /// <param name="args">A folder to fill.</param>
    public static void OpenWithoutHandles(string[] args)
    {
        const int Before = 10;
        string[] paths = Fill(args[0], 2 * Before, FileBytes);
        using var manager = new MapManager();
        List<MappedFile> files = [.. paths[..Before].Select(path => manager.Open(path))];
        using MemoryLease kept = files[0].LeaseMemory(0, FileBytes);
        var taken = new List<SafeFileHandle>();
        TakeAll(taken);

        // The process has no handle left, so one of our own is closed for each.
        foreach (string path in paths[Before..]) files.Add(manager.Open(path));
        byte[] copy = new byte[8];
        for (int turn = 0; turn < 2 * files.Count; turn++)
        {
            int file = turn % files.Count;
            Check.That(files[file].Read(0, copy) == 8 && BinaryPrimitives.ReadInt64LittleEndian(copy) == file,
                "A file whose handle was closed is opened again.");
        }

        manager.Release(args[0]);
        TakeAll(taken);
        foreach (Action use in (Action[])[() => manager.Open(paths[0]), () => files[3].Read(0, copy)])
        {
            string? message = null;
            try
            {
                use();
            }
            catch (IOException e)
            {
                message = e.Message;
            }

            Check.That(message is not null && message.Contains(args[0])
                && message.Contains("ulimit -n"), $"The error names the file and the limit: {message}");
        }

        CheckStamp(kept.Span, 0);
        foreach (SafeFileHandle handle in taken) handle.Dispose();
        Check.That(files[3].Read(0, copy) == 8, "With a handle to be had again the file works on.");
        foreach (MappedFile file in files) file.Dispose();
        Check.That(manager.GetStatistics() is { OpenHandles: 0, OpenFiles: 0 }, "Everything is given back.");
        Check.Report("taken", taken.Count);
    }

    private static void TakeAll(List<SafeFileHandle> handles)
    {
        try
        {
            while (true) handles.Add(File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        }
        catch (IOException)
        {
            // That was the last one.
            return;
        }
    }

    /// <summary>Opens files of one page, reads each, keeps them open, and reports the cost of each.</summary>
    /// <param name="args">A folder to fill, and how many files.</param>
    public static void SmallFiles(string[] args)
    {
        const int PageBytes = 4096;
        string[] paths = Fill(args[0], (int)Check.Number(args[1]), PageBytes);
        using var manager = new MapManager();
        var files = new MappedFile[paths.Length];
        using (MappedFile first = manager.Open(paths[0]))
        {
            using SpanLease lease = first.LeaseSpan(0, 1);
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < paths.Length; i++) files[i] = manager.Open(paths[i]);
        long opened = GC.GetTotalMemory(forceFullCollection: true);
        // The path is the caller's own string. The framework's handles, of the files that have one, are counted.
        Check.Report("bytes-per-file", (opened - before) / paths.Length);

        int loaded = Math.Min(paths.Length, manager.Options.MaxRegions);
        for (int i = 0; i < loaded; i++) Read(files[i], i);
        manager.GetStatistics();
        long regions = GC.GetTotalMemory(forceFullCollection: true);
        Check.Report("bytes-per-region", (regions - opened) / loaded);
        for (int i = loaded; i < paths.Length; i++) Read(files[i], i);
        Check.That(manager.GetStatistics().Regions <= manager.Options.MaxRegions, "Regions stay under their cap.");
        for (int i = 0; i < paths.Length; i++) Read(files[i], i);

        foreach (MappedFile file in files) file.Dispose();
        MapStatistics end = manager.GetStatistics();
        Check.That(end is { OpenHandles: 0, Regions: 0, MappedBytes: 0, OpenFiles: 0 },
            $"Everything is given back: {end}");
    }

    /// <summary>
    /// Opens files one after the other, leases from each, and closes it. Reports the growth of the process since the
    /// first thousand files.
    /// </summary>
    /// <param name="args">A folder to fill, how many files, and the backing.</param>
    public static void OneByOne(string[] args)
    {
        const int PageBytes = 4096;
        const int WarmUp = 1000;
        string[] paths = Fill(args[0], (int)Check.Number(args[1]), PageBytes);
        var options = new MappedFileOptions { Backing = Enum.Parse<Backing>(args[2]) };
        using var manager = new MapManager();
        // The first look at it makes things of its own that stay.
        (int Handles, int Mappings, long Bytes) before = Held(args[0]);
        using (MappedFile mapped = manager.Open(paths[0], new MappedFileOptions { Backing = Backing.Map }))
        using (mapped.LeaseSpan(0, 1))
            Check.That(Held(args[0]) is { Handles: 1, Mappings: 1 }, "A handle would be seen, and a mapping.");
        for (int i = 0; i < paths.Length; i++)
        {
            if (i == WarmUp) before = Held(args[0]);
            using MappedFile file = manager.Open(paths[i], options);
            Read(file, i);
        }

        (int Handles, int Mappings, long Bytes) after = Held(args[0]);
        Check.Report("handles-grown", after.Handles - before.Handles);
        Check.Report("mappings-grown", after.Mappings - before.Mappings);
        Check.Report("bytes-grown", after.Bytes - before.Bytes);
        MapStatistics end = manager.GetStatistics();
        Check.That(end is { OpenHandles: 0, Regions: 0, MappedBytes: 0, OpenFiles: 0 },
            $"Everything is given back: {end}");
        Check.That(end.Maps == paths.Length + 1, "Each file was loaded once, the first once more.");
        // The names are not what was given back.
        GC.KeepAlive(paths);
    }

    /// <summary>The process's descriptors and mappings of files in a folder, and its managed bytes. The runtime opens
    /// some files of its own.</summary>
    private static (int Handles, int Mappings, long Bytes) Held(string folder) => (
        Directory.GetFiles("/proc/self/fd")
            .Count(descriptor =>
                new FileInfo(descriptor).LinkTarget?.Contains(folder, StringComparison.Ordinal) == true),
        File.ReadLines("/proc/self/maps").Count(line => line.Contains(folder, StringComparison.Ordinal)),
        GC.GetTotalMemory(forceFullCollection: true));

    private static void Read(MappedFile file, int number)
    {
        using SpanLease lease = file.LeaseSpan(0, (int)file.Length);
        CheckStamp(lease.Span, number);
    }

    /// <summary>Files that begin with their number and end with its complement.</summary>
    private static string[] Fill(string folder, int count, int bytes)
    {
        byte[] content = new byte[bytes];
        var paths = new string[count];
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(content, i);
            BinaryPrimitives.WriteInt64LittleEndian(content.AsSpan(bytes - 8), ~i);
            paths[i] = Path.Combine(folder, i.ToString(CultureInfo.InvariantCulture));
            File.WriteAllBytes(paths[i], content);
        }

        return paths;
    }

    private static void CheckStamp(ReadOnlySpan<byte> bytes, int number) => Check.That(
        BinaryPrimitives.ReadInt64LittleEndian(bytes) == number
            && BinaryPrimitives.ReadInt64LittleEndian(bytes[^8..]) == ~number,
        "The bytes are the file's own.");
}
