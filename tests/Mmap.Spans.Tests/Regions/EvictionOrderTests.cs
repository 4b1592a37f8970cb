using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

/// <summary>The eviction victim: the table over a backing that keeps its history, against
/// <see cref="TableModel"/>.</summary>
public class EvictionOrderTests
{
    private const int Step = StampedFile.Step;

    [Fact]
    public void TheRegionThatCameFirstGoesFirst()
    {
        using MapManager manager = StampedFile.Manager(3);
        using var file = new StampedFile(manager, 10);
        file.Use(5, 1, 8, 3);
        Assert.Equal([1, 3, 8], file.Windows);
        file.Use(0);
        Assert.Equal([0, 3, 8], file.Windows);
    }

    [Fact]
    public void ARegionUsedAgainIsSparedOnce()
    {
        using MapManager manager = StampedFile.Manager(3);
        using var file = new StampedFile(manager, 10);
        file.Use(0, 1, 2, 3);
        Assert.Equal([1, 2, 3], file.Windows);
        file.Use(1, 4);
        Assert.Equal([1, 3, 4], file.Windows);
        file.Use(5);
        Assert.Equal([1, 4, 5], file.Windows);
        file.Use(6);
        Assert.Equal([4, 5, 6], file.Windows);
    }

    [Fact]
    public void AScanLeavesWhatIsUsedBetweenItsStepsAlone()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 100);
        file.Use(0, 0);
        for (int window = 1; window < 100; window++) file.Use(window, 0);
        Assert.Equal([0, 97, 98, 99], file.Windows);
    }

    [Fact]
    public void ALongForgottenFavouriteGoesBeforeWhatIsUsedNow()
    {
        using MapManager manager = StampedFile.Manager(3);
        using var file = new StampedFile(manager, 10);
        for (int turn = 0; turn < 1000; turn++) file.Use(0);
        file.Use(1, 2, 1, 2, 3, 1, 2, 4);
        Assert.DoesNotContain(0, file.Windows);
    }

    [Fact]
    public void RegionsOfSeveralFilesGoInOneOrder()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var first = new StampedFile(manager, 10, number: 1);
        using var second = new StampedFile(manager, 10, number: 2);
        first.Use(0);
        second.Use(0);
        first.Use(1);
        second.Use(1);
        first.Use(2);
        Assert.Equal([1, 2], first.Windows);
        Assert.Equal([0, 1], second.Windows);
        second.Use(0, 2);
        Assert.Equal([2], first.Windows);
        Assert.Equal([0, 1, 2], second.Windows);
    }

    [Fact]
    public void ALeasedRegionIsPassedOverAndComesBackAsTheYoungestWhenItsLeaseEnds()
    {
        using MapManager manager = StampedFile.Manager(3);
        using var file = new StampedFile(manager, 10);
        MemoryLease lease = file.File.LeaseMemory(0, 8);
        file.Use(1, 2, 3);
        Assert.Equal([0, 2, 3], file.Windows);
        file.Use(4);
        Assert.Equal([0, 3, 4], file.Windows);
        lease.Dispose();
        file.Use(5, 6);
        Assert.Equal([0, 5, 6], file.Windows);
    }

    /// <summary>Small budgets are swept one by one; from sixteen regions up, several are marked for one
    /// barrier.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(5, 4)]
    [InlineData(15, 5)]
    [InlineData(16, 6)]
    [InlineData(17, 7)]
    [InlineData(40, 8)]
    [InlineData(200, 9)]
    public void AnyHistoryDropsTheRegionsOfTheModelInItsOrder(int budget, int seed)
    {
        int windows = budget * 3 + 2;
        var random = new Random(seed);
        using MapManager manager = StampedFile.Manager(budget);
        using var file = new StampedFile(manager, windows);
        var model = new TableModel(budget, new RegionClockModel());
        var leases = new List<(MemoryLease Lease, ModelRegion Region)>();
        int seen = 0;
        for (int turn = 0; turn < 6_000; turn++)
        {
            // Two uses of three are of a third of the windows, so that there is something to be spared.
            int window = random.Next(3) < 2 ? random.Next(windows / 3 + 1) : random.Next(windows);
            int what = random.Next(20);
            if (what == 0)
            {
                Assert.Equal(model.Trim(), manager.Trim());
            }
            else if (what < 5 && leases.Count < budget + 2)
            {
                leases.Add((file.File.LeaseMemory(window * Step, 8), model.Take(window)!));
            }
            else if (what < 10 && leases.Count > 0)
            {
                int at = random.Next(leases.Count);
                leases[at].Lease.Dispose();
                model.Release(leases[at].Region);
                leases.RemoveAt(at);
            }
            else if (what < 15)
            {
                file.Use(window);
                model.Release(model.Take(window)!);
            }
            else
            {
                using SpanLease lease = file.File.LeaseSpan(window * Step, 64);
                file.Backing.Check(lease.Span, window * Step);
                lease.Dispose();
                model.TakeSpan(window);
            }

            BackingEvent[] events = [.. file.Backing.Events.Skip(seen)];
            BackingEvent[] expected =
                [.. model.Events.Select(each => new BackingEvent(each.IsLoad, each.Window * Step))];
            Assert.True(
                expected.SequenceEqual(events),
                $"seed {seed}, turn {turn}: [{string.Join(' ', events)}] and not [{string.Join(' ', expected)}].");
            seen += events.Length;
            model.Events.Clear();
        }

        foreach ((MemoryLease lease, _) in leases) lease.Dispose();
    }
}
