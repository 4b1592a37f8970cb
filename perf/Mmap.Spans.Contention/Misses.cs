using System.Diagnostics;

namespace Mmap.Spans.Contention;

/// <summary>
/// Misses a second, of the clock or of processor time. The threads lease mapped windows of 64 KiB at random, in a
/// budget of 256 of them.
/// </summary>
internal static class Misses
{
    private const int Window = 64 << 10;
    private const long WarmBytes = 128 << 20;
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(1.5);

    public static double Measure(string path, int threads, OverBudget over, bool ofProcessor)
    {
        SparseFile.Warm(path, WarmBytes);
        using var manager = new MapManager(new MapManagerOptions
        {
            WindowSize = Window,
            Overlap = 0,
            MaxMappedBytes = 256 * Window,
            OverBudget = over,
        });
        using MappedFile file = manager.Open(path, new MappedFileOptions { Backing = Backing.Map });
        Run(file, threads, TimeSpan.FromSeconds(0.5));
        long before = manager.GetStatistics().Maps;
        TimeSpan used = Environment.CpuUsage.TotalTime, took = Run(file, threads, s_time);
        if (ofProcessor) took = Environment.CpuUsage.TotalTime - used;
        return (manager.GetStatistics().Maps - before) / took.TotalSeconds;
    }

    private static TimeSpan Run(MappedFile file, int threads, TimeSpan time)
    {
        long began = Stopwatch.GetTimestamp();
        Thread[] all = [.. Enumerable.Range(0, threads).Select(seed => new Thread(() =>
        {
            var random = new Random(seed);
            while (Stopwatch.GetElapsedTime(began) < time)
            {
                using SpanLease lease = file.LeaseSpan(random.NextInt64(WarmBytes - 8), 8);
                if (lease.Span[0] != 0) throw new InvalidOperationException("A hole reads as zeroes.");
            }
        }))];
        foreach (Thread thread in all) thread.Start();
        foreach (Thread thread in all) thread.Join();
        return Stopwatch.GetElapsedTime(began);
    }
}
