using System.Diagnostics;
using System.Globalization;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Files;

/// <summary>
/// Ten thousand small files, one after the other: opened, leased whole, and closed; against reading each into an array.
/// Also the growth of the process afterwards, and the cost of each file that stays open.
/// </summary>
internal static class FilesRun
{
    private const int Count = 10_000;
    private const int FileBytes = 4096;
    private const int Rounds = 9;

    public static int Run()
    {
        using var data = new DataFolder();
        string[] paths = MakeFiles();
        using var manager = new MapManager();
        Contestant[] ways =
        [
            new("read", "File.ReadAllBytes", Count, () => Array.ForEach(paths, path => Check(File.ReadAllBytes(path)))),
            new("auto", "open, lease, close, Auto", Count, () =>
                Array.ForEach(paths, path => Lease(manager, path, Backing.Auto))),
            new("map", "open, lease, close, Map", Count, () =>
                Array.ForEach(paths, path => Lease(manager, path, Backing.Map))),
        ];
        var run = new PairedRun(ways);
        run.Run(0, () => { });
        Held before = Held.Now();
        run.Run(Rounds, () => { });
        Held after = Held.Now();

        var report = new Report("files");
        report.Line(RatioTable.Write(
            [run.Compare("", new("auto", "read", Goal.Time(1.5))), run.Compare("", new("map", "read", Goal.None))]));
        report.Line(
            $"Grown over {2 * (Rounds + 1) * Count} more files: {after.Handles - before.Handles} handles, "
            + $"{after.Mappings - before.Mappings} mappings of files, {after.Bytes - before.Bytes} managed bytes.");

        var files = new MappedFile[Count];
        long closed = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Count; i++) files[i] = manager.Open(paths[i]);
        long opened = GC.GetTotalMemory(forceFullCollection: true);
        foreach (MappedFile file in files) file.LeaseSpan(0, 1).Dispose();
        manager.GetStatistics();
        long loaded = GC.GetTotalMemory(forceFullCollection: true);
        report.Line(
            $"Managed bytes: {(opened - closed) / Count} an open file (goal 500), "
            + $"{(loaded - opened) / Count} a region (goal 400).");
        Array.ForEach(files, file => file.Dispose());
        report.Keep("Ten thousand files of 4 KiB, one after the other");
        return 0;
    }

    private static void Lease(MapManager manager, string path, Backing backing)
    {
        using MappedFile file = manager.Open(path, new MappedFileOptions { Backing = backing });
        using SpanLease lease = file.LeaseSpan(0, FileBytes);
        Check(lease.Span);
    }

    private static void Check(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != FileBytes || bytes[^1] != DataFile.Mark(7))
            throw new InvalidOperationException("The bytes are not the file's.");
    }

    private static string[] MakeFiles()
    {
        byte[] content = new byte[FileBytes];
        content.AsSpan().Fill(DataFile.Mark(7));
        IEnumerable<string> names = Enumerable.Range(0, Count).Select(i => i.ToString(CultureInfo.InvariantCulture));
        string[] paths = [.. names.Select(name => Path.Combine(DataFolder.Current, name))];
        foreach (string path in paths) File.WriteAllBytes(path, content);
        return paths;
    }

    /// <summary>The handles, mappings and bytes of the process; 0 if the system does not tell.</summary>
    private readonly record struct Held(int Handles, int Mappings, long Bytes)
    {
        public static Held Now()
        {
            using var own = Process.GetCurrentProcess();
            const string Maps = "/proc/self/maps";
            int mappings = File.Exists(Maps)
                ? File.ReadLines(Maps).Count(line => line.Contains(DataFolder.Current, StringComparison.Ordinal)) : 0;
            return new Held(own.HandleCount, mappings, GC.GetTotalMemory(forceFullCollection: true));
        }
    }
}
