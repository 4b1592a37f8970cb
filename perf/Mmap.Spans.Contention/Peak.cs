using Mmap.Spans.Benchmarks.Budget;

namespace Mmap.Spans.Contention;

/// <summary>
/// The peak use of the budget by threads with one lease of eight bytes each: the manager's own figure, and for copies
/// the anonymous memory of the process.
/// </summary>
internal static class Peak
{
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(2);

    public static double Measure(string path, int threads, int window, Backing backing)
    {
        long budget = Math.Max(16 << 20, 2L * threads * window);
        var options = new MapManagerOptions { WindowSize = window, Overlap = 0, MaxMappedBytes = budget };
        // At first both kinds of memory had one budget.
        typeof(MapManagerOptions).GetProperty("MaxCopiedBytes")?.SetValue(options, budget);
        using var manager = new MapManager(options);
        using MappedFile file = manager.Open(path, new MappedFileOptions { Backing = backing });
        // The compiler's own memory is no copy's.
        using (var warm = new CancellationTokenSource(s_time / 4)) Lease(file, -1, warm.Token);
        manager.Trim();
        var memory = new OwnMemory(path);
        long before = memory.AnonymousBytes(), most = 0;
        using var end = new CancellationTokenSource(s_time);
        Thread[] all = [.. Enumerable.Range(0, threads).Select(seed => new Thread(() => Lease(file, seed, end.Token)))];
        foreach (Thread thread in all) thread.Start();
        while (!end.Token.WaitHandle.WaitOne(1)) most = Math.Max(most, memory.AnonymousBytes() - before);
        foreach (Thread thread in all) thread.Join();
        return (double)(backing == Backing.Copy ? most : manager.GetStatistics().PeakMappedBytes) / budget;
    }

    private static void Lease(MappedFile file, int seed, CancellationToken end)
    {
        var random = new Random(seed);
        while (!end.IsCancellationRequested)
        {
            using SpanLease lease = file.LeaseSpan(random.NextInt64(file.Length - 8), 8);
            if (lease.Span[0] != 0) throw new InvalidOperationException("A hole reads as zeroes.");
        }
    }
}
