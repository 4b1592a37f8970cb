using Mmap.Spans.Tool.Comparison;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Comparison;

public class ContestTests
{
    [Fact]
    public void WaysThatDisagreeAreNotCompared()
    {
        Way[] bySum = [Quick("one", 1, 7), Quick("two", 1, 8)], byResult = [Quick("one", 1, 7), Quick("two", 2, 7)];
        foreach (Way[] ways in (Way[][])[bySum, byResult])
        {
            InvalidDataException e = Assert.Throws<InvalidDataException>(() => Contest.Of(ways, 1, () => { }));
            Assert.StartsWith("two did not read what one read", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TheFirstRoundDoesNotCountAndTheFastestWayComesFirst()
    {
        int reads = 0, checks = 0, advances = 0;
        Way slow = new("slow", WayKind.FileStream, Slowly, () => 5);
        Way quick = new("quick", WayKind.Cursor, () => reads++ * 0, () => 5 + checks++ * 0);

        Contest contest = Contest.Of([slow, quick], rounds: 3, () => advances++);

        Assert.Equal([quick, slow], contest.Timings.Select(timing => timing.Way));
        Assert.Equal(5, contest.Sum);
        Assert.Equal((4, 1), (reads, checks));
        Assert.Equal(2 * Contest.ReadsIn(3), advances);
    }

    [Fact]
    public void ATimingIsTheMedianAndItsSpreadTheMiddleHalf()
    {
        var timing = Timing.Of(Quick("one", 0, 0), [9, 1, 4, 3, 5]);
        Assert.Equal((4, 3, 5), (timing.Seconds, timing.LowerQuartile, timing.UpperQuartile));
        Assert.Equal(0.5, timing.Spread);
    }

    private static Way Quick(string name, long result, long sum) => new(name, WayKind.Cursor, () => result, () => sum);

    private static long Slowly()
    {
        long until = Environment.TickCount64 + 20;
        while (Environment.TickCount64 < until) { }
        return 0;
    }
}
