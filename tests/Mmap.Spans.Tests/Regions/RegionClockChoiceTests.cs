using Mmap.Spans.Geometry;
using Mmap.Spans.Regions;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

/// <summary>
/// The choice between frequency and recency, judged by its purpose: the hits of a table of 100 regions.
/// </summary>
public class RegionClockChoiceTests
{
    private const int Held = 100;
    private const int Windows = 400;
    private const int Uses = 40_000;

    private static readonly RegionDirectory s_directory = new(null!, WindowGrid.Of(4096, 0), null!, "clock", 0);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void WhereReuseFollowsRecencyItHasTheHitsOfLru(int seed)
    {
        int[] uses = [.. ByRecency(new Random(seed)).Take(Uses)];
        Assert.InRange(HitsOfClock(uses), HitsOfLru(uses) - Uses / 100, Uses);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void WhereSomeAreUsedMoreThanOthersItHasMoreHitsThanLru(int seed)
    {
        int[] uses = [.. ByFrequency(new Random(seed)).Take(Uses)];
        Assert.InRange(HitsOfClock(uses), HitsOfLru(uses) + 3 * Uses / 100, Uses);
    }

    [Fact]
    public void ALoopThatIsTooLargeIsNotLostAlsoIfReuseFollowedRecencyBefore()
    {
        int[] before = [.. ByRecency(new Random(4)).Take(Uses)];
        int[] loop = [.. Enumerable.Range(0, Uses).Select(use => use % (Held * 6 / 5))];
        Assert.InRange(HitsOfClock([.. before, .. loop]) - HitsOfClock(before), Uses * 6 / 10, Uses);
    }

    [Fact]
    public void AScanEndsGoingByRecencySoThatWhatIsUsedBesideItStays()
    {
        int[] before = [.. ByRecency(new Random(5)).Take(Uses)];
        // Each hot window is used once in 160 uses, and 80 of these are of the scan and lead nowhere.
        int[] scan = [.. Enumerable.Range(0, Uses).Select(use => use % 2 == 0 ? use / 2 % 80 : Windows + use / 2)];
        Assert.InRange(HitsOfClock([.. before, .. scan]) - HitsOfClock(before), Uses * 3 / 10, Uses);
    }

    [Fact]
    public void ItLearnsOfRecencyAgainWhenALoopHasEnded()
    {
        int[] loop = [.. Enumerable.Range(0, Uses).Select(use => use % (Held * 6 / 5))];
        int[] after = [.. ByRecency(new Random(6)).Take(Uses)];
        Assert.InRange(HitsOfClock([.. loop, .. after]) - HitsOfClock(loop), HitsOfLru(after) - Uses / 100, Uses);
    }

    private static IEnumerable<int> ByRecency(Random random)
    {
        var order = new List<int>(Enumerable.Range(0, Windows));
        while (true)
        {
            int depth = (int)Math.Min(Windows - 1, Math.Exp(random.NextDouble() * Math.Log(Windows)) - 1);
            int window = order[depth];
            order.RemoveAt(depth);
            order.Insert(0, window);
            yield return window;
        }
    }

    private static IEnumerable<int> ByFrequency(Random random)
    {
        while (true) yield return (int)(Windows * Math.Pow(random.NextDouble(), 3));
    }

    private static int HitsOfLru(int[] uses)
    {
        var order = new LinkedList<int>();
        int hits = 0;
        foreach (int window in uses)
        {
            if (order.Remove(window)) hits++;
            order.AddFirst(window);
            if (order.Count > Held) order.RemoveLast();
        }

        return hits;
    }

    private static int HitsOfClock(int[] uses)
    {
        var clock = new RegionClock();
        var inside = new Dictionary<long, Region>();
        var left = new LeftStamps();
        int hits = 0;
        foreach (int window in uses)
        {
            if (inside.TryGetValue(window, out Region? region))
            {
                hits++;
                region.Touch();
                continue;
            }

            if (inside.Count == Held)
            {
                var victim = (Region)clock.TakeVictim()!;
                inside.Remove(victim.Index);
                left.Keep(1, victim.Index, victim.Stamp, Held);
            }

            region = Region.OnGrid(s_directory, window);
            region.ChargedBytes = 100;
            inside.Add(window, region);
            clock.Insert(region, left.Take(1, window));
        }

        return hits;
    }
}
