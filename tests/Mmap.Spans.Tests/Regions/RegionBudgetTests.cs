using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

public class RegionBudgetTests
{
    [Fact]
    public void ChargingPastTheMaximumIsDoneAndSaid()
    {
        var budget = new RegionBudget(100, 10);
        Assert.False(budget.Charge(100));
        Assert.False(budget.IsOver);
        Assert.True(budget.Charge(1));
        Assert.True(budget.IsOver);
        Assert.Equal(101, budget.Bytes);
        budget.Uncharge(1);
        Assert.False(budget.IsOver);
    }

    [Fact]
    public void ATriedChargeFitsExactlyOrChangesNothing()
    {
        var budget = new RegionBudget(100, 10);
        Assert.True(budget.TryCharge(60));
        Assert.False(budget.TryCharge(41));
        Assert.Equal(60, budget.Bytes);
        Assert.True(budget.TryCharge(40));
        Assert.Equal(100, budget.Bytes);
        Assert.False(budget.TryCharge(1));
        budget.Uncharge(100);
        Assert.Equal(0, budget.Bytes);
    }

    [Fact]
    public void TheRegionAboveTheCapIsRefusedAndNotCounted()
    {
        var budget = new RegionBudget(100, 2);
        Assert.True(budget.TryAddRegion());
        Assert.True(budget.TryAddRegion());
        Assert.False(budget.TryAddRegion());
        Assert.Equal(2, budget.Regions);
        budget.RemoveRegion();
        Assert.True(budget.TryAddRegion());
    }

    [Fact]
    public void ThreadsTogetherNeverPassTheMaximumByTriedCharges()
    {
        var budget = new RegionBudget(1000, 7);
        TestThread.RunTogether(8, number =>
        {
            var random = new Random(number);
            for (int turn = 0; turn < 20_000; turn++)
            {
                int bytes = random.Next(1, 400);
                if (budget.TryCharge(bytes))
                {
                    Assert.InRange(budget.Bytes, bytes, 1000);
                    budget.Uncharge(bytes);
                }

                if (budget.TryAddRegion())
                {
                    Assert.InRange(budget.Regions, 1, 7);
                    budget.RemoveRegion();
                }
            }
        });
        Assert.Equal(0, budget.Bytes);
        Assert.Equal(0, budget.Regions);
    }

    [Fact]
    public void ThePeakIsTheMostThatWasNotedNotTheMostThatWasCharged()
    {
        var budget = new RegionBudget(100, 1);
        budget.Charge(80);
        budget.NotePeak();
        budget.Charge(60);
        // Room is made for what was charged, before it is mapped.
        budget.Uncharge(80);
        budget.NotePeak();
        Assert.Equal(60, budget.Bytes);
        Assert.Equal(80, budget.PeakBytes);
    }
}
