using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

/// <summary>Budgets of bytes and of regions, under both modes, and who sheds what is over.</summary>
public class TableBudgetTests
{
    private const int Step = StampedFile.Step;

    [Fact]
    public void LeasesOfReferencesGoOverTheBudgetAndAreShedAsEachEnds()
    {
        using MapManager manager = StampedFile.Manager(2);
        using var file = new StampedFile(manager, 8);
        MemoryLease[] leases = [.. Enumerable.Range(0, 5).Select(window => file.File.LeaseMemory(window * Step, 64))];
        Assert.Equal([0, 1, 2, 3, 4], file.Windows);
        Assert.Equal(5 * Step, manager.Table.Budget.Bytes);

        leases[3].Dispose();
        Assert.Equal([0, 1, 2, 4], file.Windows);
        leases[0].Dispose();
        Assert.Equal([1, 2, 4], file.Windows);
        leases[1].Dispose();
        Assert.Equal([2, 4], file.Windows);
        // Within the budget now: idle regions stay.
        leases[2].Dispose();
        leases[4].Dispose();
        Assert.Equal([2, 4], file.Windows);
        Assert.Equal(5 * Step, manager.GetStatistics().PeakMappedBytes);
    }

    [Fact]
    public void LeasesOfHazardsGoOverTheBudgetAndAreShedAsEachEnds()
    {
        using MapManager manager = StampedFile.Manager(1);
        using var file = new StampedFile(manager, 8);
        SpanLease first = file.File.LeaseSpan(0, 64);
        SpanLease second = file.File.LeaseSpan(Step, 64);
        SpanLease third = file.File.LeaseSpan(2 * Step, 64);
        Assert.Equal([0, 1, 2], file.Windows);

        second.Dispose();
        Assert.Equal([0, 2], file.Windows);
        first.Dispose();
        Assert.Equal([2], file.Windows);
        file.Backing.Check(third.Span, 2 * Step);
        third.Dispose();
        Assert.Equal([2], file.Windows);
    }

    [Fact]
    public void AReferenceReleasedOnAnotherThreadShedsThere()
    {
        using MapManager manager = StampedFile.Manager(1);
        using var file = new StampedFile(manager, 8);
        MemoryLease[] leases = [.. Enumerable.Range(0, 3).Select(window => file.File.LeaseMemory(window * Step, 64))];
        TestThread.Start(leases[1].Dispose).Join();
        Assert.Equal([0, 2], file.Windows);
        TestThread.Start(leases[2].Dispose).Join();
        Assert.Equal([0], file.Windows);
        leases[0].Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AHazardOfAnotherThreadKeepsItsRegionAndItsEndShedsIt(bool thirdLeaseInBetween)
    {
        using MapManager manager = StampedFile.Manager(1);
        using var file = new StampedFile(manager, 8);
        using var taken = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        // A first lease loads the window and comes by a reference; the second is a hit, by hazard from the start.
        file.Use(1);
        TestThread other = TestThread.Start(() =>
        {
            using (SpanLease lease = file.File.LeaseSpan(Step, Step))
            {
                taken.Set();
                Assert.True(end.Wait(TestThread.Patience));
                file.Backing.Check(lease.Span, Step);
            }
        });
        Assert.True(taken.Wait(TestThread.Patience));

        using MemoryLease own = file.File.LeaseMemory(2 * Step, 8);
        if (thirdLeaseInBetween) file.Use(3);
        // After this only the thread whose lease ends calls the manager.
        Assert.Equal([1, 2], file.Windows);
        end.Set();
        other.Join();
        Assert.Equal([2], file.Windows);
    }

    [Fact]
    public void ACursorGivesItsRegionUpBeforeItTakesTheNext()
    {
        using MapManager manager = StampedFile.Manager(1, OverBudget.Fail);
        using var file = new StampedFile(manager, 5);
        using WindowCursor cursor = file.File.CreateCursor();
        for (int window = 0; window < 5; window++)
        {
            Assert.True(cursor.MoveTo(window * Step));
            Assert.Equal([window], file.Windows);
        }
    }

    [Fact]
    public void UnderFailTheErrorNamesTheRangeTheLimitsAndWhoHoldsMost()
    {
        using MapManager manager = new(new MapManagerOptions
        {
            WindowSize = 65536,
            Overlap = 0,
            MaxMappedBytes = 3 * 65536,
            OverBudget = OverBudget.Fail,
        });
        using SampleFile large = SampleFile.OfLength(4 * 65536), small = SampleFile.OfLength(65536);
        using MappedFile greedy = manager.Open(large.Path, new() { Backing = Backing.Map }),
            modest = manager.Open(small.Path, new() { Backing = Backing.Map });
        using MemoryLease first = greedy.LeaseMemory(0, 10), second = greedy.LeaseMemory(65536, 10),
            third = modest.LeaseMemory(0, 10);

        MapBudgetExceededException e =
            Assert.Throws<MapBudgetExceededException>(() => greedy.LeaseMemory(2 * 65536, 10).Dispose());
        Assert.Contains(greedy.Path!, e.Message, StringComparison.Ordinal);
        Assert.Contains("[131072, 196608)", e.Message, StringComparison.Ordinal);
        Assert.Contains("196608 of 196608 mapped bytes", e.Message, StringComparison.Ordinal);
        Assert.Contains($"held by '{greedy.Path}': 131072 bytes in 2 regions", e.Message, StringComparison.Ordinal);
        Assert.Equal(3, manager.GetStatistics().Regions);

        third.Dispose();
        using MemoryLease fourth = greedy.LeaseMemory(2 * 65536, 10);
        SampleFile.AssertBytes(fourth.Span, 2 * 65536);
    }

    [Fact]
    public void UnderFailIdleRegionsMakeRoomAndNothingEverExceeds()
    {
        using MapManager manager = StampedFile.Manager(3, OverBudget.Fail);
        using var file = new StampedFile(manager, 20);
        using MemoryLease pinned = file.File.LeaseMemory(0, 8);
        for (int window = 1; window < 20; window++) file.Use(window);
        Assert.Equal([0, 18, 19], file.Windows);
        Assert.Equal(3 * Step, manager.GetStatistics().PeakMappedBytes);
    }

    [Fact]
    public void UnderFailSpanLeasesHoldTheBudgetAsWell()
    {
        using MapManager manager = StampedFile.Manager(2, OverBudget.Fail);
        using var file = new StampedFile(manager, 4);
        SpanLease first = file.File.LeaseSpan(0, 8), second = file.File.LeaseSpan(Step, 8);
        Assert.Throws<MapBudgetExceededException>(() => file.Use(2));
        Assert.Equal([0, 1], file.Windows);
        second.Dispose();
        file.Use(2);
        Assert.Equal([0, 2], file.Windows);
        first.Dispose();
    }

    [Theory]
    [InlineData(OverBudget.Exceed)]
    [InlineData(OverBudget.Fail)]
    public void TheCapOnRegionsHoldsUnderBothModes(OverBudget mode)
    {
        using MapManager manager = StampedFile.Manager(1000, mode, maxRegions: 3);
        using var file = new StampedFile(manager, 20);
        using MemoryLease first = file.File.LeaseMemory(0, 8), second = file.File.LeaseMemory(Step, 8);
        for (int window = 2; window < 10; window++) file.Use(window);
        Assert.Equal([0, 1, 9], file.Windows);

        using (MemoryLease third = file.File.LeaseMemory(2 * Step, 8))
        {
            MapBudgetExceededException e = Assert.Throws<MapBudgetExceededException>(() => file.Use(3));
            Assert.Contains("3 of 3 regions", e.Message, StringComparison.Ordinal);
            // An exact region counts as one, too.
            Assert.Throws<MapBudgetExceededException>(() => file.File.LeaseMemory(4 * Step - 8, 16));
            Assert.Equal([0, 1, 2], file.Windows);
        }

        file.Use(3);
        Assert.Equal([0, 1, 3], file.Windows);
    }

    [Fact]
    public void AnExactRegionIsChargedAndGoesWithItsLease()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 8);
        file.Use(0, 1, 2, 3);
        MemoryLease exact = file.File.LeaseMemory(5 * Step - 16, 32);
        file.Backing.Check(exact.Span, 5 * Step - 16);
        // 32 bytes over the budget: one idle region made room, the first one in.
        Assert.Equal([Step, 2 * Step, 3 * Step, 5 * Step - 16], file.Backing.Loaded);
        Assert.Equal(3 * Step + 32, manager.GetStatistics().MappedBytes);
        exact.Dispose();
        exact.Dispose();
        Assert.Equal([1, 2, 3], file.Windows);
        Assert.Equal(3 * Step, manager.GetStatistics().MappedBytes);
    }

    [Fact]
    public void AMissInATableFullOfPinnedRegionsSweepsNoneOfThemAgain()
    {
        using MapManager manager = StampedFile.Manager(1);
        using var file = new StampedFile(manager, 1000);
        var leases = new List<MemoryLease>();
        for (int window = 0; window < 1000; window++) leases.Add(file.File.LeaseMemory(window * Step, 8));
        Assert.Equal(1000, file.Backing.Loads);
        Assert.Equal(0, file.Backing.Unloads);
        foreach (MemoryLease lease in leases) lease.Dispose();
        Assert.Equal([999], file.Windows);
        Assert.Equal(999, file.Backing.Unloads);
    }
}
