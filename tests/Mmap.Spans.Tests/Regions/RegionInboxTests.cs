using Mmap.Spans.Geometry;
using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

public class RegionInboxTests
{
    private static readonly RegionDirectory s_directory = new(null!, WindowGrid.Of(4096, 0), null!, "inbox", 0);

    [Fact]
    public void WhatIsPutInComesOutOldestFirstAndOnce()
    {
        var inbox = new RegionInbox();
        Region[] regions = [.. Enumerable.Range(0, 4).Select(index => Region.OnGrid(s_directory, index))];
        foreach (Region region in regions) inbox.Put(region);
        inbox.Put(regions[1]);

        var taken = new List<Region>();
        inbox.TakeAll(taken);
        Assert.Equal(regions, taken);
        inbox.TakeAll(taken);
        Assert.Empty(taken);

        inbox.Put(regions[2]);
        inbox.Put(regions[0]);
        inbox.TakeAll(taken);
        Assert.Equal([regions[2], regions[0]], taken);
    }

    /// <summary>
    /// Each thread marks its own counter before it puts; the taker must have seen every mark in the end.
    /// </summary>
    [Fact]
    public void NoReportOfAnyThreadIsLost()
    {
        const int Threads = 6, Turns = 20_000;
        var inbox = new RegionInbox();
        Region[] regions = [.. Enumerable.Range(0, 5).Select(index => Region.OnGrid(s_directory, index))];
        long[,] reported = new long[regions.Length, Threads];
        long[,] seen = new long[regions.Length, Threads];
        int running = Threads;

        void Take(List<Region> taken)
        {
            inbox.TakeAll(taken);
            Assert.Equal(taken.Count, taken.Distinct().Count());
            foreach (Region region in taken)
            {
                for (int thread = 0; thread < Threads; thread++)
                    seen[region.Index, thread] = Volatile.Read(ref reported[region.Index, thread]);
            }
        }

        TestThread.RunTogether(Threads + 1, number =>
        {
            if (number == Threads)
            {
                var taken = new List<Region>();
                while (Volatile.Read(ref running) > 0) Take(taken);
                Take(taken);
                return;
            }

            var random = new Random(number);
            for (int turn = 1; turn <= Turns; turn++)
            {
                int at = random.Next(regions.Length);
                Volatile.Write(ref reported[at, number], turn);
                inbox.Put(regions[at]);
            }

            Interlocked.Decrement(ref running);
        });
        Assert.Equal(reported, seen);
    }
}
