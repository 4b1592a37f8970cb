using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

public class RegionBudgetTests
{
    [Fact]
    public void ChargingPastTheMaximumIsDoneAndSaid()
    {
        var bytes = new ByteBudget(100);
        bytes.ChargeAnyway(100);
        Assert.False(bytes.IsOver);
        bytes.ChargeAnyway(1);
        Assert.True(bytes.IsOver);
        Assert.Equal(101, bytes.Charged);
        Assert.Equal(101, bytes.Peak);
    }

    [Fact]
    public void ATriedChargeFitsExactlyOrChangesNothing()
    {
        var bytes = new ByteBudget(100);
        Assert.True(bytes.TryCharge(60));
        Assert.False(bytes.TryCharge(41));
        Assert.Equal(60, bytes.Charged);
        Assert.True(bytes.TryCharge(40));
        Assert.Equal(100, bytes.Charged);
        Assert.False(bytes.TryCharge(1));
        bytes.Leave(100);
        bytes.Unmapped(100);
        Assert.Equal(0, bytes.Charged);
    }

    [Fact]
    public void WhatLeavesIsChargedUntilItIsUnmappedAndNoLongerAReasonToEvict()
    {
        var bytes = new ByteBudget(100);
        bytes.ChargeAnyway(150);
        bytes.Leave(50);
        Assert.False(bytes.IsOver);
        Assert.Equal(150, bytes.Charged);
        Assert.False(bytes.TryCharge(1));
        bytes.Stay(50);
        Assert.True(bytes.IsOver);
        bytes.Leave(50);
        bytes.Unmapped(50);
        Assert.Equal(100, bytes.Charged);
        Assert.Equal(150, bytes.Peak);
    }

    [Fact]
    public void AReservationIsAReasonToEvictForLoadsAndForNobodyElse()
    {
        var bytes = new ByteBudget(100);
        Assert.True(bytes.TryCharge(100));
        bytes.Reserve(10);
        Assert.True(bytes.IsOverWithReservations);
        Assert.False(bytes.IsOver);
        bytes.Leave(10);
        Assert.False(bytes.IsOverWithReservations);
        bytes.CancelReservation(10);
        Assert.Equal(100, bytes.Charged);
    }

    [Fact]
    public void TheRegionAboveTheCapIsRefusedAndNotCounted()
    {
        var budget = new RegionBudget(100, 100, 2);
        Assert.True(budget.TryAddRegion());
        Assert.True(budget.TryAddRegion());
        Assert.False(budget.TryAddRegion());
        Assert.Equal(2, budget.Regions);
        budget.RemoveRegion();
        Assert.True(budget.TryAddRegion());
        Assert.Equal(2, budget.PeakRegions);
    }

    [Fact]
    public void ThreadsTogetherNeverPassTheMaximumByTriedCharges()
    {
        var budget = new RegionBudget(1000, 1000, 7);
        ByteBudget mapped = budget.Mapped;
        TestThread.RunTogether(8, number =>
        {
            var random = new Random(number);
            for (int turn = 0; turn < 20_000; turn++)
            {
                int bytes = random.Next(1, 400);
                if (mapped.TryCharge(bytes))
                {
                    Assert.InRange(mapped.Charged, bytes, 1000);
                    mapped.Leave(bytes);
                    mapped.Unmapped(bytes);
                }

                if (budget.TryAddRegion())
                {
                    Assert.InRange(budget.Regions, 1, 7);
                    budget.RemoveRegion();
                }
            }
        });
        Assert.Equal(0, mapped.Charged);
        Assert.InRange(mapped.Peak, 1, 1000);
        Assert.False(mapped.IsOver);
        Assert.Equal(0, budget.Regions);
    }
}
