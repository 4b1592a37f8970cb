using System.Diagnostics;
using Mmap.Spans.Geometry;
using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// The one race that needs a store to become visible late, and so no interleaving of whole steps can show: a reader
/// stores its hazard and then sees the region open, a sweeper marks the region and then looks at the slots. One of the
/// two must see the other.
/// </summary>
public class FenceTests
{
    private static readonly RegionDirectory s_directory = new(null!, WindowGrid.Of(4096, 0), null!, "fence", 0);

    [Fact]
    public void EitherTheReaderSeesTheMarkOrTheSweeperSeesTheHazard()
    {
        Assert.SkipWhen(Environment.ProcessorCount < 2, "One processor shows every store to itself.");
        Region region = Live();
        int readerAt = 0, sweeperAt = 0;
        bool over = false, wasOpen = false, wasSeen = false;
        long start = Stopwatch.GetTimestamp();
        var time = TimeSpan.FromSeconds(2);

        void Meet(ref int own, ref int other, int round)
        {
            Volatile.Write(ref own, round);
            var wait = new SpinWait();
            while (Volatile.Read(ref other) < round && !Volatile.Read(ref over)) wait.SpinOnce(sleep1Threshold: -1);
        }

        TestThread reader = TestThread.Start(() =>
        {
            for (int round = 1; !Volatile.Read(ref over); round += 2)
            {
                Meet(ref readerAt, ref sweeperAt, round);
                Region current = Volatile.Read(ref region);
                long token = Hazards.Store(current);
                wasOpen = current.State.IsOpen;
                Meet(ref readerAt, ref sweeperAt, round + 1);
                Hazards.Clear(token);
            }
        });
        TestThread sweeper = TestThread.Start(() =>
        {
            var ids = new List<long>();
            try
            {
                for (int round = 1; Stopwatch.GetElapsedTime(start) < time; round += 2)
                {
                    Meet(ref sweeperAt, ref readerAt, round);
                    Assert.True(region.State.TryMark());
                    HazardSlots.Fence();
                    HazardSlots.Scan(ids);
                    wasSeen = ids.Contains(region.Id);
                    Meet(ref sweeperAt, ref readerAt, round + 1);
                    Assert.True(wasSeen || !wasOpen,
                        $"In round {round / 2} the reader saw the region open and the sweeper saw no hazard.");
                    Volatile.Write(ref region, Live());
                }
            }
            finally
            {
                Volatile.Write(ref over, true);
            }
        });
        sweeper.Join(time + TestThread.Patience);
        reader.Join();
    }

    private static Region Live()
    {
        Region region = Region.OnGrid(s_directory, 0);
        region.State.Publish();
        region.State.Release(out _);
        return region;
    }
}
