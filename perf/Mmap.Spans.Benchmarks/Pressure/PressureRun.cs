using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Pressure;

/// <summary>
/// Reads at random over a file eight times the budget, so that seven of eight are misses, against positional reads of the
/// same bytes. The page cache holds the file: what is seen is the cost of a budget that is too small.
/// </summary>
internal static class PressureRun
{
    private const long BudgetBytes = 64 << 20;
    private const long FileBytes = 8 * BudgetBytes;
    private const int Rounds = 15;
    private const int MostReads = 4000;
    private static readonly int[] s_windows = [64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20];
    private static readonly int[] s_lengths = [8, 4 << 10, 64 << 10];

    /// <summary>One way of reading: how long a call takes that does so many reads.</summary>
    /// <param name="Reads">In a call: fewer where each copies a whole window.</param>
    /// <param name="Read">Does them from the given turn on.</param>
    private sealed record Way(int Reads, Action<int, int> Read) : IDisposable
    {
        public required IDisposable[] Owned { get; init; }

        public void Dispose() => Array.ForEach(Owned, each => each.Dispose());
    }

    public static int Run()
    {
        using var data = new DataFolder();
        string path = DataFile.OfWords(FileBytes);
        var report = new Report("pressure");
        report.Line(
            $"A file of {FileBytes >> 20} MiB, a budget of {BudgetBytes >> 20} MiB, no overlap. Times are ratios to RandomAccess.Read of the same bytes in the same round, medians and quarters of {Rounds} rounds.\n");
        report.Line("| read | RandomAccess.Read | backing | " + string.Join(" | ", s_windows.Select(Size)) + " | all in the budget, 16 MiB |");
        report.Line("|---|--:|---|" + string.Concat(Enumerable.Repeat("--:|", s_windows.Length + 1)));
        foreach (int length in s_lengths) Measure(path, length, report);
        report.Keep("Reads at random over a file eight times the budget");
        return 0;
    }

    private static void Measure(string path, int length, Report report)
    {
        List<Way> ways = [Positional(path, length)];
        foreach (Backing backing in (Backing[])[Backing.Map, Backing.Copy])
        {
            ways.AddRange(s_windows.Select(window => Leases(path, length, backing, window, BudgetBytes)));
            ways.Add(Leases(path, length, backing, 16 << 20, 2 * FileBytes));
        }

        double[][] times = [.. ways.Select(_ => new double[Rounds])];
        for (int round = -2; round < Rounds; round++)
        {
            for (int turn = 0; turn < ways.Count; turn++)
            {
                int index = (Math.Max(round, 0) + turn) % ways.Count;
                Way way = ways[index];
                long begin = Stopwatch.GetTimestamp();
                way.Read((round + 2) * way.Reads, length);
                if (round >= 0) times[index][round] = Stopwatch.GetElapsedTime(begin).TotalNanoseconds / way.Reads;
            }
        }

        string positional = string.Create(CultureInfo.InvariantCulture, $"{Quarters.Of(times[0]).Median / 1000:0.00} us");
        int columns = s_windows.Length + 1;
        foreach ((string backing, int first) in (ReadOnlySpan<(string, int)>)[("Map", 1), ("Copy", 1 + columns)])
        {
            var cells = Enumerable.Range(first, columns).Select(way => Quarters.Of(times[way].Zip(times[0], (ours, theirs) => ours / theirs)).ToString());
            report.Line($"| {Size(length)} | {positional} | {backing} | {string.Join(" | ", cells)} |");
        }

        foreach (Way way in ways) way.Dispose();
    }

    private static Way Positional(string path, int length)
    {
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
        byte[] buffer = new byte[length];
        return new Way(MostReads, (first, bytes) =>
        {
            for (int turn = first; turn < first + MostReads; turn++)
            {
                long offset = OffsetOf(turn, bytes);
                RandomAccess.Read(handle, buffer, offset);
                Check(buffer, offset);
            }
        })
        {
            Owned = [handle],
        };
    }

    private static Way Leases(string path, int length, Backing backing, int windowBytes, long budget)
    {
        var manager = new MapManager(new MapManagerOptions { WindowSize = windowBytes, Overlap = 0, MaxMappedBytes = budget });
        MappedFile file = manager.Open(path, new MappedFileOptions { Backing = backing, Access = AccessPattern.Random });
        // Where each read copies a window, a call copies 256 MiB or a little more and not several gigabytes.
        int reads = backing == Backing.Copy && budget < FileBytes ? Math.Clamp((256 << 20) / windowBytes, 64, MostReads) : MostReads;
        if (budget >= FileBytes)
        {
            for (long offset = 0; offset < FileBytes; offset += Environment.SystemPageSize) file.LeaseSpan(offset, 1).Dispose();
        }

        return new Way(reads, (first, bytes) =>
        {
            for (int turn = first; turn < first + reads; turn++)
            {
                long offset = OffsetOf(turn, bytes);
                using SpanLease lease = file.LeaseSpan(offset, bytes);
                Check(lease.Span, offset);
            }
        })
        {
            Owned = [file, manager],
        };
    }

    /// <summary>As good as random, and the same for all ways; multiples of the length, so that none crosses a window's edge.</summary>
    private static long OffsetOf(int turn, int length) => (long)((ulong)DataFile.Word(turn) % (ulong)(FileBytes / length)) * length;

    /// <summary>Touches every cache line and throws unless the first word is the file's own.</summary>
    private static void Check(ReadOnlySpan<byte> bytes, long offset)
    {
        const int CacheLineBytes = 64;
        long sum = 0;
        for (int at = 0; at < bytes.Length; at += CacheLineBytes) sum += bytes[at];
        if (sum < 0 || MemoryMarshal.Read<long>(bytes) != DataFile.Word(offset / sizeof(long)))
            throw new InvalidOperationException($"The bytes at {offset} are not the file's.");
    }

    private static string Size(int bytes) => bytes switch
    {
        < 1 << 10 => $"{bytes} bytes",
        < 1 << 20 => $"{bytes >> 10} KiB",
        _ => $"{bytes >> 20} MiB",
    };
}
