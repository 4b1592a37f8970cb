using System.Diagnostics;

namespace Mmap.Spans.Contention;

/// <summary>
/// The longest miss of another thread, in milliseconds, beside one call that drops 12,000 windows; the median of runs.
/// </summary>
internal static class Waits
{
    private const int Window = 64 << 10, Windows = 12_000, Missed = 3_000, Runs = 5;

    public static double Measure(string path, string call)
    {
        using var other = new SparseFile();
        SparseFile.Warm(other.Path, (long)Missed * Window);
        double[] worst = [.. Enumerable.Range(0, Runs).Select(_ => MeasureOnce(path, other.Path, call)).Order()];
        return worst[Runs / 2];
    }

    private static double MeasureOnce(string path, string otherPath, string call)
    {
        using var manager = new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = 0 });
        using MappedFile file = manager.Open(path, new MappedFileOptions { Backing = Backing.Map });
        using MappedFile other = manager.Open(otherPath, new MappedFileOptions { Backing = Backing.Map });
        for (int window = 0; window < Windows; window++) file.LeaseSpan((long)window * Window, 8).Dispose();

        double worst = 0;
        using var begun = new ManualResetEventSlim();
        using var end = new CancellationTokenSource();
        var missing = new Thread(() => worst = MissUntil(other, begun, end.Token));
        missing.Start();
        begun.Wait();
        switch (call)
        {
            case "Trim": manager.Trim(); break;
            case "Release": manager.Release(path); break;
            case "Close": file.Dispose(); break;
            default: throw new ArgumentException($"{call} is none of Trim, Release, Close.");
        }

        end.Cancel();
        missing.Join();
        return worst;
    }

    /// <summary>Misses and says how long the longest took that ended before the end.</summary>
    private static double MissUntil(MappedFile file, ManualResetEventSlim begun, CancellationToken end)
    {
        double worst = 0;
        for (long miss = 0; !end.IsCancellationRequested; miss++)
        {
            long began = Stopwatch.GetTimestamp();
            using (SpanLease lease = file.LeaseSpan(miss * 7 % Missed * Window, 8))
            {
                if (lease.Span[0] != 0) throw new InvalidOperationException("A hole reads as zeroes.");
            }

            double took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            if (miss == 20) begun.Set();
            if (miss > 20) worst = Math.Max(worst, took);
        }

        return worst;
    }
}
