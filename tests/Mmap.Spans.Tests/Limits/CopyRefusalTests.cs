using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Limits;

/// <summary>A copy is no way round a refusal: where live leases hold everything, it is refused, too.</summary>
public class CopyRefusalTests
{
    private const int Step = FullTable.Step;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WhereMemoryLeasesHoldEverythingFailRefuses(bool edge)
    {
        using var table = new FullTable(change: options => options with { OverBudget = OverBudget.Fail });
        long offset = edge ? 10 * Step - 4 : 8 * Step;
        MemoryLease[] held = table.HoldAll();
        Assert.Throws<MapBudgetExceededException>(() => table.File.LeaseSpan(offset, 8).Dispose());
        Assert.Throws<MapBudgetExceededException>(() => table.File.LeaseMemory(offset + 4 * Step, 8).Dispose());
        held[2].Dispose();
        using (SpanLease now = table.File.LeaseSpan(offset, 8)) SampleFile.AssertBytes(now.Span, offset);
        MapStatistics after = table.Statistics;
        Assert.Equal((1, 4, 4, 0), (after.Copies, after.Regions, after.Maps, after.Evictions));
        foreach (MemoryLease lease in held) lease.Dispose();
    }

    [Fact]
    public void WhereSpanLeasesHoldEverythingFailRefuses()
    {
        using var table = new FullTable(change: options => options with { OverBudget = OverBudget.Fail });
        using (table.File.LeaseSpan(0, 8))
        using (table.File.LeaseSpan(Step, 8))
        using (table.File.LeaseSpan(2 * Step, 8))
        {
            using (table.File.LeaseSpan(3 * Step, 8))
                Assert.Throws<MapBudgetExceededException>(() => table.File.LeaseSpan(8 * Step, 8).Dispose());
            using SpanLease now = table.File.LeaseSpan(8 * Step, 8);
            SampleFile.AssertBytes(now.Span, 8 * Step);
        }

        Assert.Equal((1, 0), (table.Statistics.Copies, table.Statistics.Evictions));
    }

    [Theory]
    [InlineData(OverBudget.Fail)]
    [InlineData(OverBudget.Exceed)]
    public void WhereLeasesHoldAllRegionsThereMayBeACopyIsRefused(OverBudget overBudget)
    {
        using var table = new FullTable(change: options => options with
        {
            OverBudget = overBudget,
            MaxRegions = 4,
            MaxMappedBytes = 100 * Step,
        });
        MemoryLease[] held = table.HoldAll();
        Assert.Throws<MapBudgetExceededException>(() => table.File.LeaseSpan(8 * Step, 8).Dispose());
        held[0].Dispose();
        table.File.LeaseSpan(8 * Step, 8).Dispose();
        Assert.Equal(1, table.Statistics.Copies);
        foreach (MemoryLease lease in held) lease.Dispose();
    }

    [Fact]
    public void UnderExceedACopyTakesTheBudgetNoFurther()
    {
        using var table = new FullTable();
        MemoryLease[] held = table.HoldAll();
        table.File.LeaseSpan(8 * Step, 8).Dispose();
        Assert.Equal((1, 4 * Step), (table.Statistics.Copies, table.Statistics.PeakMappedBytes));
        foreach (MemoryLease lease in held) lease.Dispose();
    }

    [Fact]
    public void TheProofThatSomethingIsIdleIsFoundOnceAndRetiresNothing()
    {
        using var table = new FullTable(change: options => options with { OverBudget = OverBudget.Fail });
        for (int turn = 0; turn < 7; turn++) table.File.LeaseSpan((5 + turn) * Step, 8).Dispose();
        Assert.Equal((7, 4, 0), (table.Statistics.Copies, table.Statistics.Regions, table.Statistics.Evictions));

        // A hit has the region back that was the proof, as all four do here.
        for (int window = 0; window < 4; window++)
        {
            using SpanLease lease = table.File.LeaseSpan(FullTable.OffsetOf(window), 8);
            SampleFile.AssertBytes(lease.Span, FullTable.OffsetOf(window));
        }

        table.File.LeaseSpan(12 * Step, 8).Dispose();
        Assert.Equal((8, 4, 0), (table.Statistics.Copies, table.Statistics.Maps, table.Statistics.Evictions));
    }
}
