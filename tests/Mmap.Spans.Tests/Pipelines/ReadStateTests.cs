using Mmap.Spans.Pipelines;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

public sealed class ReadStateTests
{
    [Fact]
    public void ABufferIsEnoughWhenItShowsWhatWasShownAndMoreThanWasExamined()
    {
        var state = new ReadState(100, 200);
        Assert.False(state.IsEnough(100));
        Assert.True(state.IsEnough(101));

        state.Offer(150);
        Assert.False(state.IsEnough(149));
        Assert.True(state.IsEnough(150));

        state.Advance(110, 150);
        Assert.False(state.IsEnough(150));
        Assert.True(state.IsEnough(151));

        state.Advance(120, 130);
        Assert.False(state.IsEnough(149));
        Assert.True(state.IsEnough(150));
    }

    [Fact]
    public void TheEndIsAlwaysEnough()
    {
        var state = new ReadState(100, 200);
        state.Offer(200);
        state.Advance(150, 200);
        Assert.True(state.IsEnough(200));
        Assert.True(new ReadState(7, 7).IsEnough(7));
    }

    [Fact]
    public void WhatIsConsumedCountsAsExamined()
    {
        var state = new ReadState(0, 100);
        state.Offer(50);
        state.Advance(30, 10);
        Assert.Equal(30, state.Examined);
    }

    [Fact]
    public void EveryByteIsAskedForAheadOnceAndNoneThatWasShown()
    {
        var state = new ReadState(0, 1000);
        state.Offer(100);
        Assert.Equal(new FileRange(100, 200), state.TakeAhead(200));
        Assert.Equal(0, state.TakeAhead(200).Length);
        state.Offer(150);
        Assert.Equal(new FileRange(300, 50), state.TakeAhead(200));
        state.Offer(700);
        Assert.Equal(new FileRange(700, 200), state.TakeAhead(200));
        state.Offer(900);
        Assert.Equal(new FileRange(900, 100), state.TakeAhead(long.MaxValue));
        state.Offer(1000);
        Assert.Equal(0, state.TakeAhead(200).Length);
    }
}
