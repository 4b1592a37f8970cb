using Mmap.Spans.Diagnostics;
using Mmap.Spans.Geometry;
using Mmap.Spans.Memory;
using Mmap.Spans.Pipelines;
using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>The reads in the background, ahead of a reader.</summary>
public sealed class BackgroundReadAheadTests : IDisposable
{
    private const long Piece = BackgroundReadAhead.PieceBytes;

    private readonly SlowBacking _backing = new();
    private readonly BackgroundReadAhead _ahead;

    public BackgroundReadAheadTests()
    {
        // Read-ahead that begins at once should find a thread at once, also while others wait.
        ThreadPool.GetMinThreads(out int workers, out int completions);
        ThreadPool.SetMinThreads(Math.Max(workers, 16), completions);
        var table = new RegionTable(new RegionBudget(long.MaxValue, long.MaxValue, 10), OverBudget.Exceed,
            new RegionTelemetry());
        _ahead = new BackgroundReadAhead(
            new RegionDirectory(table, WindowGrid.Of(1 << 20, 0), _backing, "slow", 100 * Piece));
    }

    [Fact]
    public void PiecesFollowEachOtherNeverTwoAtOnceAndNoneTwice()
    {
        _ahead.ExtendTo(100, 100 + 2 * Piece);
        Assert.Equal(new FileRange(100, Piece), _backing.Begun());
        // While a piece is being read, nothing else begins.
        _ahead.ExtendTo(100, 100 + 2 * Piece + 7);
        Assert.False(_backing.BeginsWithin(TimeSpan.FromMilliseconds(100)));
        _backing.Finish();
        Assert.Equal(new FileRange(100 + Piece, Piece), _backing.Begun());
        _backing.Finish();
        Assert.Equal(new FileRange(100 + 2 * Piece, 7), _backing.Begun());
        _backing.Finish();

        _ahead.ExtendTo(500, 100 + 3 * Piece);
        Assert.Equal(new FileRange(107 + 2 * Piece, Piece - 7), _backing.Begun());
        _backing.Finish();
    }

    [Fact]
    public void WhatTheReaderHasOvertakenIsLeftOut()
    {
        _ahead.ExtendTo(0, 3 * Piece);
        _backing.Begun();
        _ahead.ExtendTo(5 * Piece, 6 * Piece);
        _backing.Finish();
        Assert.Equal(new FileRange(5 * Piece, Piece), _backing.Begun());
        _backing.Finish();
    }

    [Fact]
    public void NothingBeginsAfterTheEndOfTheReader()
    {
        _ahead.ExtendTo(0, 3 * Piece);
        _backing.Begun();
        _ahead.Stop();
        // If the cancellation were lost, the work on this thread would wait for a permission for ever.
        _backing.Finish();
        _ahead.Execute();
        Assert.False(_backing.HasBegun);
    }

    public void Dispose() => _backing.Dispose();

    /// <summary>A backing whose reading ahead begins where the test can see it, and ends when the test says
    /// so.</summary>
    private sealed class SlowBacking : IBacking, IDisposable
    {
        private readonly System.Collections.Concurrent.BlockingCollection<FileRange> _begun = [];
        private readonly SemaphoreSlim _mayEnd = new(0);

        public bool HasBegun => _begun.Count > 0;

        /// <summary>True if a read begins within a time in which none should.</summary>
        public bool BeginsWithin(TimeSpan time) => SpinWait.SpinUntil(() => HasBegun, time);

        public long Length => 100 * Piece;

        public FileRange Begun()
        {
            Assert.True(_begun.TryTake(out FileRange range, TestThread.Patience), "Nothing was read ahead.");
            return range;
        }

        public void Finish() => _mayEnd.Release();

        public bool TryReadAhead(long offset, long length)
        {
            _begun.Add(new FileRange(offset, length));
            return _mayEnd.Wait(TestThread.Patience);
        }

        public long ChargeFor(long offset, int length) => throw new NotSupportedException();

        public int Read(long offset, Span<byte> destination) => throw new NotSupportedException();

        public RegionMemory Load(long offset, int length) => throw new NotSupportedException();

        public bool TryUnload(in RegionMemory memory) => throw new NotSupportedException();

        public void Dispose()
        {
            _begun.Dispose();
            _mayEnd.Dispose();
        }
    }
}
