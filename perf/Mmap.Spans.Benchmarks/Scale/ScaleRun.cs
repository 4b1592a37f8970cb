using System.Diagnostics;
using System.Runtime.InteropServices;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Benchmarks.Scale;

/// <summary>
/// The costs that grow with threads and processors: the scan over the slots of all threads, the barrier before it, the
/// gate that misses go through, and the counters that they share.
/// </summary>
/// <remarks>
/// Two processors cannot show what sixty-four do. Each constant is measured by itself, so that a page can multiply it.
/// </remarks>
internal static class ScaleRun
{
    private const int WindowBytes = 64 << 10;
    private const int Windows = 4096;
    private const int BudgetWindows = 512;
    private const int Rounds = 9;
    private const int SmallStackBytes = 256 << 10;
    private static readonly int[] s_blocks = [1, 16, 64, 256, 1000];
    private static readonly int[] s_threads = [1, 2, 16, 200];

    /// <summary>Prints the tables.</summary>
    public static int Run()
    {
        using var data = new DataFolder();
        string path = DataFile.OfMarks((long)Windows * WindowBytes, WindowBytes);
        var report = new Report("scale");
        // First: a block of slots stays when its thread ends.
        Blocks(path, report);
        Threads(path, report);
        Counters(report);
        report.Keep("What grows with threads and processors");
        return 0;
    }

    /// <summary>Threads that have leased and sleep: their slots are looked through by every sweep.</summary>
    private static void Blocks(string path, Report report)
    {
        report.Line(
            $"Threads that have leased once and sleep, and one that works; medians and quarters of {Rounds} rounds.\n");
        report.Line("| blocks of slots | barrier, us | scan of all slots, us | a miss of 64 KiB, us |");
        report.Line("|--:|--:|--:|--:|");
        using MapManager manager = NewManager();
        using MappedFile file = manager.Open(path, new MappedFileOptions { Backing = Backing.Map });
        using var end = new ManualResetEventSlim();
        var sleepers = new List<Thread>();
        var ids = new List<long>();
        Misses(file, 0, Windows);
        foreach (int blocks in s_blocks)
        {
            while (HazardSlots.Blocks < blocks) sleepers.Add(Sleeper(file, end));
            Quarters barrier = Measure(2000, HazardSlots.Fence);
            Quarters scan = Measure(2000, () => HazardSlots.Scan(ids));
            int first = 0;
            Quarters miss = Measure(1, () => Misses(file, first += Windows / 4, Windows / 4), Windows / 4);
            report.Line($"| {HazardSlots.Blocks} | {barrier} | {scan} | {miss} |");
        }

        report.Line("");
        end.Set();
        foreach (Thread sleeper in sleepers) sleeper.Join();
    }

    /// <summary>Threads that all work: each misses, or each hits a window of its own.</summary>
    private static void Threads(string path, Report report)
    {
        report.Line(
            $"Threads that all work at once, medians and quarters of {Rounds} rounds: the time of all divided by "
            + "the operations of all, and the processor time of one.\n");
        report.Line(
            "| threads | a miss of 64 KiB, us | its processor time, us | a hit, processor time, ns "
            + "| peak over budget |");
        report.Line("|--:|--:|--:|--:|--:|");
        foreach (int threads in s_threads)
        {
            using MapManager manager = NewManager();
            using MappedFile file = manager.Open(path, new MappedFileOptions { Backing = Backing.Map });
            const int All = 16_000, Hits = 20_000_000;
            (Quarters elapsed, Quarters processor) =
                Together(threads, All, (thread, count) => Misses(file, thread * 997, count));
            double over = manager.GetStatistics().PeakMappedBytes / (double)manager.Options.MaxMappedBytes;
            (_, Quarters hit) =
                Together(threads, Hits, (thread, count) => OneWindow(file, thread % BudgetWindows, count));
            string hits = new Quarters(hit.Low * 1000, hit.Median * 1000, hit.High * 1000).ToString();
            report.Line($"| {threads} | {elapsed} | {processor} | {hits} | {over:0.00} |");
        }

        report.Line("");
    }

    /// <summary>A counter that one thread raises, and one that two raise at once.</summary>
    private static void Counters(Report report)
    {
        const int All = 40_000_000;
        long counter = 0;
        (_, Quarters alone) = Together(1, All, (_, count) => Count(count));
        (_, Quarters shared) = Together(2, All, (_, count) => Count(count));
        double byOne = alone.Median * 1000, byTwo = shared.Median * 1000;
        report.Line(
            $"A locked increment: {byOne:0.0} ns alone, {byTwo:0.0} ns of processor time with two threads on it.\n");
        if (counter == 0) throw new InvalidOperationException("Nothing was counted.");

        void Count(int count)
        {
            // Order: full, and nothing relies on it; the measurement is its cost.
            for (int i = 0; i < count; i++) Interlocked.Increment(ref counter);
        }
    }

    private static MapManager NewManager() => new(new MapManagerOptions
    {
        WindowSize = WindowBytes,
        Overlap = 0,
        MaxMappedBytes = (long)BudgetWindows * WindowBytes,
    });

    /// <summary>Windows in order, eight times as many as the budget holds: each is loaded in the place of
    /// another.</summary>
    private static void Misses(MappedFile file, int first, int count)
    {
        for (int turn = first; turn < first + count; turn++) Look(file, turn % Windows);
    }

    private static void OneWindow(MappedFile file, int window, int count)
    {
        for (int turn = 0; turn < count; turn++) Look(file, window);
    }

    private static void Look(MappedFile file, int window)
    {
        using SpanLease lease = file.LeaseSpan((long)window * WindowBytes, sizeof(long));
        if (MemoryMarshal.Read<byte>(lease.Span) != DataFile.Mark(window))
            throw new InvalidOperationException("Wrong bytes.");
    }

    /// <summary>A thread that owns a block of slots and sleeps.</summary>
    private static Thread Sleeper(MappedFile file, ManualResetEventSlim end)
    {
        using var leased = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            Look(file, 0);
            leased.Set();
            end.Wait();
        }, SmallStackBytes);
        thread.Start();
        leased.Wait();
        return thread;
    }

    /// <summary>Microseconds of one call.</summary>
    private static Quarters Measure(int calls, Action work, int operationsACall = 1)
    {
        var times = new List<double>();
        for (int round = -2; round < Rounds; round++)
        {
            long begin = Stopwatch.GetTimestamp();
            for (int call = 0; call < calls; call++) work();
            if (round >= 0) times.Add(Stopwatch.GetElapsedTime(begin).TotalMicroseconds / calls / operationsACall);
        }

        return Quarters.Of(times);
    }

    /// <summary>Microseconds of an operation when so many threads share all of them.</summary>
    private static (Quarters Elapsed, Quarters Processor) Together(int threads, int operations, Action<int, int> work)
    {
        List<double> elapsed = [], processor = [];
        for (int round = -1; round < Rounds; round++)
        {
            using var begin = new Barrier(threads + 1);
            Thread[] team = [.. Enumerable.Range(0, threads).Select(index => new Thread(() =>
            {
                begin.SignalAndWait();
                work(index, operations / threads);
            }, SmallStackBytes))];
            foreach (Thread thread in team) thread.Start();
            begin.SignalAndWait();
            long from = Stopwatch.GetTimestamp();
            TimeSpan used = Environment.CpuUsage.TotalTime;
            foreach (Thread thread in team) thread.Join();
            if (round < 0) continue;
            elapsed.Add(Stopwatch.GetElapsedTime(from).TotalMicroseconds / operations);
            processor.Add((Environment.CpuUsage.TotalTime - used).TotalMicroseconds / operations);
        }

        return (Quarters.Of(elapsed), Quarters.Of(processor));
    }
}
