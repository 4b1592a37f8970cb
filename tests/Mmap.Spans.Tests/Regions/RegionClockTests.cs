using Mmap.Spans.Geometry;
using Mmap.Spans.Regions;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

public class RegionClockTests
{
    private static readonly RegionDirectory s_directory = new(null!, WindowGrid.Of(4096, 0), null!, "clock", 0);

    /// <summary>Few regions, where there are no shares, and many, of one size and of several.</summary>
    [Theory]
    [InlineData(1, 10, 1)]
    [InlineData(2, 17, 1)]
    [InlineData(3, 40, 1)]
    [InlineData(4, 40, 5)]
    [InlineData(5, 200, 3)]
    public void AnyHistoryGoesInTheOrderOfTheModel(int seed, int most, int sizes)
    {
        var random = new Random(seed);
        var clock = new RegionClock();
        var model = new RegionClockModel();
        var inside = new List<(Region Real, ModelRegion Model)>();
        var outside = new List<(Region Real, ModelRegion Model)>();
        var stamps = new List<long> { 0 };
        int changes = 0;
        for (int turn = 0; turn < 20_000; turn++)
        {
            string where = $"seed {seed}, turn {turn}";
            bool wentByRecency = model.GoesByRecency;
            int what = random.Next(12);
            if (what < 4 && inside.Count < most)
            {
                (Region Real, ModelRegion Model) added =
                    New(turn, 100 * random.Next(1, sizes + 1), stamps[random.Next(stamps.Count)]);
                inside.Add(added);
                clock.Insert(added.Real, added.Model.LeftAt);
                model.Insert(added.Model, added.Model.LeftAt);
            }
            else if (what < 7 && inside.Count > 0)
            {
                // By turns all are used alike, and a quarter of the windows alone: so recency decides, and then
                // frequency again.
                (Region Real, ModelRegion Model) used = inside[random.Next(inside.Count)];
                if (turn / 5_000 % 2 == 0 || used.Model.Window % 4 == 0) Touch(used);
            }
            else if (what < 8 && inside.Count > 0)
            {
                int at = random.Next(inside.Count);
                clock.Remove(inside[at].Real);
                model.Remove(inside[at].Model);
                inside.RemoveAt(at);
            }
            else if (what < 9 && outside.Count > 0)
            {
                // One that was pinned or rescued comes back, used in between or not.
                int at = random.Next(outside.Count);
                if (random.Next(2) == 0) Touch(outside[at]);
                clock.Insert(outside[at].Real, outside[at].Model.LeftAt);
                model.Insert(outside[at].Model, outside[at].Model.LeftAt);
                inside.Add(outside[at]);
                outside.RemoveAt(at);
            }
            else if (inside.Count == most || random.Next(3) == 0)
            {
                bool onceOnly = random.Next(4) == 0;
                var victim = (Region?)(onceOnly ? clock.TakeIfUnused() : clock.TakeVictim());
                ModelRegion? expected = onceOnly ? model.TakeIfUnused() : model.TakeVictim();
                Assert.True(expected?.Window == victim?.Index,
                    $"{where}: {victim?.Index} goes, and not {expected?.Window}.");
                if (victim is null) continue;
                Assert.True(expected!.Stamp == victim.Stamp,
                    $"{where}: {victim.Index} leaves with {victim.Stamp}, and not {expected.Stamp}.");
                inside.RemoveAll(each => each.Real == victim);
                if (random.Next(3) == 0) outside.Add((victim, expected));
                else stamps.Add(victim.Stamp);
                if (stamps.Count > 20) stamps.RemoveAt(1);
            }

            if (model.GoesByRecency != wentByRecency) changes++;
            Assert.Equal(model.Count, clock.Count);
            Assert.Equal(inside.Count, clock.Count);
        }

        Assert.True(changes > 1
            || most < 40, $"seed {seed}: the history must lead to recency and back, and has {changes} changes.");

        Assert.Equal(
            inside.Select(each => each.Real.Id).Order(), clock.All().Select(each => ((Region)each).Id).Order());
    }

    [Fact]
    public void AnEmptyClockHasNoVictim()
    {
        var clock = new RegionClock();
        Assert.Null(clock.TakeVictim());
        Region region = New(1, 100, 0).Real;
        clock.Insert(region);
        Assert.Equal(1, clock.Count);
        Assert.Same(region, clock.TakeVictim());
        Assert.Null(clock.TakeVictim());
        Assert.Equal(0, clock.Count);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(100)]
    public void AClockInWhichAllIsUsedStillGivesEachUpOnce(int count)
    {
        var clock = new RegionClock();
        Region[] regions = [.. Enumerable.Range(0, count).Select(index => New(index, 100, 0).Real)];
        foreach (Region region in regions) clock.Insert(region);
        var gone = new List<ClockEntry>();
        while (true)
        {
            foreach (Region region in regions) region.Touch();
            if (clock.TakeVictim() is not { } victim) break;
            gone.Add(victim);
        }

        Assert.Equal(count, gone.Distinct().Count());
        Assert.Equal(count, gone.Count);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(31, 1)]
    [InlineData(32, 2)]
    [InlineData(127, 7)]
    [InlineData(128, 8)]
    [InlineData(287, 8)]
    [InlineData(288, 9)]
    [InlineData(1024, 32)]
    [InlineData(3000, 32)]
    public void ABatchIsASmallPartOfTheClock(int count, int batch)
    {
        var clock = new RegionClock();
        for (int index = 0; index < count; index++) clock.Insert(New(index, 100, 0).Real);
        Assert.Equal(batch, clock.Batch);
    }

    /// <summary>The trial may be filled once, up to the most that the clock has ever held; emptied, it begins
    /// anew.</summary>
    [Fact]
    public void AClockThatWasEmptiedIsAsANewOne()
    {
        var clock = new RegionClock();
        Region[] before = [.. Enumerable.Range(0, 64).Select(index => New(index, 100, 0).Real)];
        foreach (Region region in before) clock.Insert(region);
        foreach (Region region in before) clock.Remove(region);
        Assert.Equal(VictimsOf(new RegionClock()), VictimsOf(clock));

        static List<long> VictimsOf(RegionClock clock)
        {
            for (int index = 0; index < 32; index++) clock.Insert(New(index, 100, 0).Real);
            var victims = new List<long>();
            while (clock.TakeVictim() is Region victim) victims.Add(victim.Index);
            return victims;
        }
    }

    private static (Region Real, ModelRegion Model) New(int window, long bytes, long leftAt)
    {
        Region region = Region.OnGrid(s_directory, window);
        region.ChargedBytes = bytes;
        return (region, new ModelRegion(window, bytes) { LeftAt = leftAt });
    }

    private static void Touch((Region Real, ModelRegion Model) region)
    {
        region.Real.Touch();
        region.Model.Touch();
    }
}
