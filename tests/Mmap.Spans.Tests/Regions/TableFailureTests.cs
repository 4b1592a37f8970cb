using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

/// <summary>The table when the system refuses to map, or to unmap.</summary>
public class TableFailureTests
{
    private const int Step = StampedFile.Step;

    [Fact]
    public void WhenMemoryRunsOutIdleRegionsGoOneAtATimeUntilTheLoadSucceeds()
    {
        using MapManager manager = StampedFile.Manager(100);
        using var file = new StampedFile(manager, 20);
        file.Use(0, 1, 2, 3);
        file.Backing.FailLoads(2, Refusals.OutOfMemory);
        file.Use(9);
        Assert.Equal([2, 3, 9], file.Windows);
        Assert.Equal(2, manager.GetStatistics().MapFailuresRetried);
        Assert.Equal(2, manager.GetStatistics().Evictions);
    }

    [Fact]
    public void WhenNothingIdleIsLeftTheErrorNamesTheLimitsAndNothingIsCharged()
    {
        using MapManager manager = StampedFile.Manager(100);
        using var file = new StampedFile(manager, 20);
        using MemoryLease pinned = file.File.LeaseMemory(0, 8);
        file.Use(1, 2);
        file.Backing.FailLoads(10, Refusals.OutOfMemory);

        IOException e = Assert.Throws<IOException>(() => file.Use(9));
        Assert.Contains("'stamped 1'", e.Message, StringComparison.Ordinal);
        Assert.Contains("[36864, 40960)", e.Message, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Contains("ulimit -v", e.Message, StringComparison.Ordinal);
            Assert.Contains("vm.max_map_count", e.Message, StringComparison.Ordinal);
        }

        Assert.IsType<IOException>(e.InnerException);
        Assert.Equal([0], file.Windows);
        Assert.Equal(Step, file.Table.Budget.Bytes);
        Assert.Equal(1, file.Table.Budget.Regions);
        file.Backing.Check(pinned.Span, 0);
    }

    [Fact]
    public void AnErrorThatIsNoLackOfMemoryDropsNothing()
    {
        using MapManager manager = StampedFile.Manager(100);
        using var file = new StampedFile(manager, 20);
        file.Use(0, 1, 2);
        file.Backing.FailLoad(1, () => new IOException("the disk is gone", 5));
        Assert.Equal("the disk is gone", Assert.Throws<IOException>(() => file.Use(3)).Message);
        Assert.Equal([0, 1, 2], file.Windows);
        Assert.Equal(0, manager.GetStatistics().MapFailuresRetried);
        Assert.Equal(3 * Step, file.Table.Budget.Bytes);
    }

    [Fact]
    public void AFailedLoadInTheMiddleOfASequenceEndsTheLeasesBeforeIt()
    {
        using MapManager manager = StampedFile.Manager(100);
        using var file = new StampedFile(manager, 20);
        file.Backing.FailLoad(3, () => new IOException("the disk is gone", 5));
        Assert.Throws<IOException>(() => file.File.LeaseSequence(8, 5 * Step));
        Assert.Equal([0, 1], file.Windows);
        Assert.Equal(2, manager.Trim());
        AtRest.AssertNothingCharged(file.Table);
    }

    [Fact]
    public void ARefusedUnloadKeepsItsChargeAndIsTriedAgain()
    {
        using MapManager manager = StampedFile.Manager(3);
        using var file = new StampedFile(manager, 20);
        file.Use(0, 1);
        file.Backing.RefuseUnloads(2);
        Assert.Equal(0, manager.Trim());
        // The windows are not the table's any more, but still in memory, and so still charged.
        Assert.Equal([0, 1], file.Windows);
        Assert.Equal(2 * Step, file.Table.Budget.Bytes);
        Assert.Equal(2, file.Table.Budget.Regions);

        file.Use(0);
        Assert.Equal([0, 0, 1], file.Windows);
        Assert.Equal(3 * Step, file.Table.Budget.Bytes);
        // The sweep for window 2 finds room in the refused ones, and drops nothing else.
        file.Use(2);
        Assert.Equal([0, 2], file.Windows);
        Assert.Equal(2 * Step, file.Table.Budget.Bytes);
        Assert.Equal(2, manager.Trim());
        AtRest.AssertNothingCharged(file.Table);
    }

    [Fact]
    public void ARefusedUnloadIsNoProgressAndOneThatGoesThroughLaterIs()
    {
        using MapManager manager = StampedFile.Manager(100, OverBudget.Exceed, maxRegions: 3);
        using var file = new StampedFile(manager, 20);
        file.Use(0, 1, 2);
        // The second refusal is that of the next turn, which tries again what was refused before it drops more.
        file.Backing.RefuseUnloads(2);
        // Window 0 cannot be unmapped, so window 1 is evicted instead, and is enough.
        file.Use(3);
        Assert.Equal([0, 2, 3], file.Windows);
        // Now window 0 can, and that is enough.
        file.Use(4);
        Assert.Equal([2, 3, 4], file.Windows);
        Assert.Equal(3, file.Table.Budget.Regions);
    }

    [Theory]
    [InlineData(OverBudget.Exceed)]
    [InlineData(OverBudget.Fail)]
    public void WhenEveryUnloadIsRefusedMostOfWhatIsInMemoryStaysInUse(OverBudget overBudget)
    {
        const int Windows = 30;
        using MapManager manager = StampedFile.Manager(Windows, overBudget);
        using var file = new StampedFile(manager, 40);
        for (int window = 0; window < Windows; window++) file.Use(window);
        file.Backing.RefuseUnloads(int.MaxValue);
        for (int window = Windows; window < 35; window++)
        {
            int wanted = window;
            if (overBudget == OverBudget.Exceed) file.Use(wanted);
            else Assert.Contains("refuses to unmap",
                Assert.Throws<MapBudgetExceededException>(() => file.Use(wanted)).Message);
        }

        Assert.Equal(Windows - 8 + (overBudget == OverBudget.Exceed ? 5 : 0), file.Directory.Snapshot().Count);
        Assert.Equal(file.Windows.Length, file.Table.Budget.Regions);
        Assert.Equal(0, manager.Trim());

        file.Backing.RefuseUnloads(0);
        file.Use(35);
        Assert.True(file.Table.Budget.Bytes <= Windows * Step);
        manager.Trim();
        AtRest.AssertNothingCharged(file.Table);
    }

    [Fact]
    public void ARefusedUnloadOfAClosedFileIsCarriedOutByTheNextSweep()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 20, number: 1);
        using var other = new StampedFile(manager, 20, number: 2);
        file.Use(0);
        MemoryLease exact = file.File.LeaseMemory(4 * Step - 8, 16);
        // One for the exact region and one for window 0, and both again when closing tries what was refused before.
        file.Backing.RefuseUnloads(4);
        exact.Dispose();
        file.Close();
        Assert.Equal(2, file.Table.Budget.Regions);
        manager.Trim();
        Assert.Empty(file.Backing.Loaded);
        AtRest.AssertNothingCharged(file.Table);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void WhateverFailsInAnyOrderEveryLoadHasOneUnload(int seed)
    {
        var random = new Random(seed);
        using MapManager manager = StampedFile.Manager(3);
        using var file = new StampedFile(manager, 10);
        var leases = new List<MemoryLease>();
        for (int turn = 0; turn < 5_000; turn++)
        {
            switch (random.Next(12))
            {
                case 0: file.Backing.FailLoad(random.Next(1, 3), Refusals.OutOfMemory); break;
                case 1: file.Backing.FailLoad(random.Next(1, 3), () => new IOException("planned", 5)); break;
                case 2: file.Backing.RefuseUnloads(random.Next(3)); break;
                case 3: manager.Trim(); break;
                case < 8 when leases.Count > 0:
                    int at = random.Next(leases.Count);
                    leases[at].Dispose();
                    leases.RemoveAt(at);
                    break;
                default:
                    try
                    {
                        int offset = random.Next(10 * Step / 8 - 20) * 8;
                        leases.Add(file.File.LeaseMemory(offset, 160));
                        file.Backing.Check(leases[^1].Span, offset);
                    }
                    catch (IOException)
                    {
                        // Planned.
                    }

                    break;
            }

            Assert.Equal(file.Backing.Loaded.Length, manager.Table.Budget.Regions);
        }

        foreach (MemoryLease lease in leases) lease.Dispose();
        file.Backing.RefuseUnloads(0);
        file.Close();
        manager.Trim();
        Assert.Equal(file.Backing.Loads, file.Backing.Unloads);
        AtRest.AssertNothingCharged(manager.Table);
    }
}
