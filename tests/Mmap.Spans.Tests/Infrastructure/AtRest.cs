using Mmap.Spans.Regions;
using Xunit;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>The invariants while no thread is inside a manager.</summary>
internal static class AtRest
{
    /// <summary>Fails unless nothing at all is held any more.</summary>
    public static void AssertNothingHeld(MapManager manager)
    {
        MapStatistics statistics = manager.GetStatistics();
        Assert.True(
            statistics is
            {
                MappedBytes: 0, CopiedBytes: 0, Regions: 0, RegionsOverBudget: 0, OpenFiles: 0,
                OpenHandles: 0, LiveHeapLeases: 0
            },
            $"Something is still held: {statistics}\n{manager.Dump()}");
        Assert.Empty(manager.Table.Detached());
    }

    /// <summary>
    /// Fails unless nothing at all is held in the end. A thread of the pool closes a file that its finalizer has ended.
    /// </summary>
    public static void AssertNothingHeldInTheEnd(MapManager manager)
    {
        SpinWait.SpinUntil(
            () => manager.GetStatistics() is { OpenFiles: 0, OpenHandles: 0, Regions: 0 }
                && manager.Table.Detached().Count == 0,
            TimeSpan.FromMinutes(1));
        AssertNothingHeld(manager);
    }

    /// <summary>Fails if bytes or regions are charged.</summary>
    public static void AssertNothingCharged(RegionTable table)
    {
        Assert.Equal(0, table.Budget.Bytes);
        Assert.Equal(0, table.Budget.Regions);
        Assert.Empty(table.Detached());
    }
}
