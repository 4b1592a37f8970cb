using System.Diagnostics;
using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Tails;

/// <summary>
/// The slow hits: the percentiles 99 and 99.9 of a hit's time. They are taken beside a thread that evicts without
/// pause, beside one that spins, and alone.
/// </summary>
/// <remarks>
/// Timed one by one, hits show how many are slow, and by how much; but most of a quick one's time is then the clock's.
/// So they are timed in batches as well: a quick hit shows its true time, and a slow one makes its batch slow. The
/// spinning thread is the control: its effect on the slow hits comes from sharing the machine. The other thread may
/// also map and unmap raw views, without the library. That shows the system's own effect on a process in which a thread
/// unmaps.
/// </remarks>
internal sealed class TailRun : IDisposable
{
    private const int MostBatches = 4_000_000;
    private const int Rounds = 9;
    private const int WindowBytes = 64 << 10;
    private const int HotWindows = 64;
    private const int ColdWindows = 4096;
    private const int BudgetWindows = 512;

    private readonly string _path = DataFile.OfMarks((HotWindows + ColdWindows + 1L) * WindowBytes, WindowBytes);
    private readonly MapManager _manager = new(new MapManagerOptions
    {
        WindowSize = WindowBytes,
        Overlap = 0,
        MaxMappedBytes = (long)BudgetWindows * WindowBytes,
    });
    private readonly MappedFile _file;
    private readonly long[] _ticks = new long[MostBatches];

    /// <summary>The misses of the evicting thread; written by it alone.</summary>
    private long _coldMisses;

    private TailRun() => _file = _manager.Open(_path, new MappedFileOptions { Backing = Backing.Map });

    /// <summary>Prints the tables.</summary>
    public static int Run()
    {
        using var data = new DataFolder();
        using var run = new TailRun();
        var report = new Report("tails");
        run.Measure(report, hits: 1, batches: MostBatches);
        run.Measure(report, hits: 32, batches: MostBatches / 4);
        report.Keep(
            "The slow hits while another thread evicts "
            + "(goal: p99 and p99.9 of a hit at most 3x those of a quiet manager)");
        return 0;
    }

    public void Dispose()
    {
        _file.Dispose();
        _manager.Dispose();
    }

    /// <summary>Adds one table to the report.</summary>
    private void Measure(Report report, int hits, int batches)
    {
        (string Name, Func<Disturbance?> Begin)[] others =
        [
            ("no other thread", () => null),
            ("another thread spins", () => Disturbance.Start(_ => Thread.SpinWait(100))),
            ("another thread maps and unmaps raw views", RawViews),
            ("another thread evicts without pause", Evictions),
        ];
        var tails = new Tail[others.Length, Rounds];
        long missed = 0, evicted = 0;
        for (int round = -2; round < Rounds; round++)
        {
            for (int turn = 0; turn < others.Length; turn++)
            {
                int index = (Math.Max(round, 0) + turn) % others.Length;
                long before = _manager.GetStatistics().Misses, coldBefore = _coldMisses;
                Disturbance? other = others[index].Begin();
                Tail tail = Hits(hits, batches);
                other?.Stop();
                if (round < 0) continue;
                tails[index, round] = tail;
                if (index != others.Length - 1) continue;
                missed += _manager.GetStatistics().Misses - before - (_coldMisses - coldBefore);
                evicted += _coldMisses - coldBefore;
            }
        }

        string what = hits == 1 ? "One hit (LeaseSpan, read, Dispose) at a time" : $"Batches of {hits} hits";
        report.Line(
            $"{what} on {HotWindows} windows, {batches} of them in each of {Rounds} rounds; nanoseconds, medians and "
            + $"quarters of the rounds. {evicted} windows were loaded in the place of others meanwhile, "
            + $"{missed} of them hot ones.\n");
        report.Line(
            "| beside the hits | p50 | p99 | p99.9 | p99 to none | p99.9 to none "
            + "| p99 to spinning | p99.9 to spinning |");
        report.Line("|---|--:|--:|--:|--:|--:|--:|--:|");
        for (int index = 0; index < others.Length; index++)
        {
            int own = index;
            Quarters Of(Func<Tail, double> figure, int? against = null) =>
                Quarters.Of(Enumerable.Range(0, Rounds)
                    .Select(round =>
                        figure(tails[own, round]) / (against is { } other ? figure(tails[other, round]) : 1)));
            FormattableString medians =
                $"{Of(tail => tail.P50).Median:0} | {Of(tail => tail.P99).Median:0} | {Of(tail => tail.P999).Median:0}";
            FormattableString toNone = $"{Of(tail => tail.P99, 0)} | {Of(tail => tail.P999, 0)}";
            FormattableString toSpinning = $"{Of(tail => tail.P99, 1)} | {Of(tail => tail.P999, 1)}";
            report.Line($"| {others[index].Name} | {medians} | {toNone} | {toSpinning} |");
        }

        report.Line("");
    }

    /// <summary>Times the batches.</summary>
    private Tail Hits(int hits, int batches)
    {
        for (int window = 0; window < HotWindows; window++) _file.LeaseSpan(window * (long)WindowBytes, 1).Dispose();
        long wrong = 0;
        for (int batch = 0; batch < batches; batch++)
        {
            long begin = Stopwatch.GetTimestamp();
            for (int hit = 0; hit < hits; hit++)
            {
                int window = (batch + hit * 7) % HotWindows;
                using SpanLease lease = _file.LeaseSpan(window * (long)WindowBytes, sizeof(long));
                if (lease.Span[0] != DataFile.Mark(window)) wrong++;
            }

            _ticks[batch] = Stopwatch.GetTimestamp() - begin;
        }

        if (wrong != 0) throw new InvalidOperationException($"{wrong} hits gave wrong bytes.");
        return Tail.Of(_ticks.AsSpan(0, batches));
    }

    /// <summary>Windows in order, many more than the budget holds: nearly every turn is a miss, and so an
    /// eviction.</summary>
    private Disturbance Evictions() => Disturbance.Start(turn =>
    {
        long window = HotWindows + turn % ColdWindows;
        // No other thread loads these windows.
        if (_file.Directory.At(window) is null) _coldMisses++;
        using SpanLease lease = _file.LeaseSpan(window * WindowBytes, sizeof(long));
        if (MemoryMarshal.Read<byte>(lease.Span) != DataFile.Mark(window))
            throw new InvalidOperationException("Wrong bytes.");
    });

    private Disturbance RawViews()
    {
        var map = MemoryMappedFile.CreateFromFile(_path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        return Disturbance.Start(turn =>
        {
            using var view =
                map.CreateViewAccessor((HotWindows + turn % ColdWindows) * WindowBytes, WindowBytes,
                    MemoryMappedFileAccess.Read);
            if (view.ReadByte(0) != DataFile.Mark(HotWindows + turn % ColdWindows))
                throw new InvalidOperationException("Wrong bytes.");
        }, map.Dispose);
    }

    /// <summary>Percentiles of one round's batches, in nanoseconds.</summary>
    private readonly record struct Tail(double P50, double P99, double P999)
    {
        public static Tail Of(ReadOnlySpan<long> ticks)
        {
            long[] sorted = [.. ticks];
            Array.Sort(sorted);
            double At(double share) => sorted[(int)(share * (sorted.Length - 1))] * (1e9 / Stopwatch.Frequency);
            return new Tail(At(0.5), At(0.99), At(0.999));
        }
    }
}
