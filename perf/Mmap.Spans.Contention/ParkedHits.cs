using System.Diagnostics;

namespace Mmap.Spans.Contention;

/// <summary>
/// A hit in a window whose header is held by a heap lease, after an eviction pass, divided by one before it: the median
/// of many short rounds.
/// </summary>
internal static class ParkedHits
{
    private const int Window = 64 << 10, Rounds = 201, Hits = 2_000;

    public static double Measure(string path)
    {
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = 0, MaxMappedBytes = 64 * Window });
        using MappedFile file = manager.Open(path, new MappedFileOptions { Backing = Backing.Map });
        using MappedFile quiet = manager.Open(path, new MappedFileOptions { Backing = Backing.Map });
        // Long enough for the compiler's last tier, in both states.
        var ratios = new List<double>();
        for (int round = -200; round < Rounds; round++)
        {
            manager.Trim();
            using MemoryLease header = file.LeaseMemory(0, 64);
            double before = TimeHits(file);
            for (int window = 1; window <= 192; window++) quiet.LeaseSpan((long)window * Window, 8).Dispose();
            double after = TimeHits(file);
            if (round >= 0) ratios.Add(after / before);
        }

        ratios.Sort();
        return ratios[Rounds / 2];
    }

    private static double TimeHits(MappedFile file)
    {
        long began = Stopwatch.GetTimestamp();
        for (int hit = 0; hit < Hits; hit++)
        {
            using SpanLease lease = file.LeaseSpan(hit * 8, 8);
            if (lease.Span[0] != 0) throw new InvalidOperationException("A hole reads as zeroes.");
        }

        return Stopwatch.GetElapsedTime(began).TotalNanoseconds / Hits;
    }
}
