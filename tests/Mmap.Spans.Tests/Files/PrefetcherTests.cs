using Mmap.Spans.Files;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

public class PrefetcherTests
{
    private static readonly MapManagerOptions s_small = new() { WindowSize = 64 << 10, Overlap = 4096 };
    private static readonly MappedFileOptions s_map = new() { Backing = Backing.Map };

    [Fact]
    public void APlanIsSortedCutAtTheEndOfTheFileAndJoinsWhatIsNear()
    {
        FileRange[] ranges =
        [
            new(500_000, 100), new(10, 20), new(40, 5), new(999_990, 100),
            new(1_000_000, 5), new(2_000_000, 7), new(300, 0),
        ];
        List<FileRange> plan = Prefetcher.Plan(ranges, fileLength: 1_000_000, maxBytes: long.MaxValue);
        Assert.Equal([new FileRange(10, 35), new(500_000, 100), new(999_990, 10)], plan);
    }

    [Theory]
    [InlineData(50, 50)]
    [InlineData(100, 100)]
    [InlineData(130, 130)]
    [InlineData(1_000, 200)]
    public void APlanEndsWithTheBudget(long maxBytes, long planned)
    {
        List<FileRange> plan = Prefetcher.Plan([new(0, 100), new(1 << 20, 100)], 1 << 30, maxBytes);
        Assert.Equal(planned, plan.Sum(range => range.Length));
    }

    [Fact]
    public void OfWhatIsNotInTheFileThereIsNoPlan() =>
        Assert.Empty(Prefetcher.Plan([new(1000, 5), new(2000, 5), new(10, 0)], fileLength: 1000, maxBytes: 100));

    [Fact]
    public void WhatTwoRangesShareCountsOnce()
    {
        List<FileRange> plan = Prefetcher.Plan([new(0, 100), new(50, 100), new(1 << 20, 100)], 1 << 30, maxBytes: 200);
        Assert.Equal([new FileRange(0, 150), new FileRange(1 << 20, 50)], plan);
    }

    [Fact]
    public void PrefetchingLoadsNoRegionAndDropsNone()
    {
        using SampleFile sample = SampleFile.OfLength(1 << 20);
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = 64 << 10, Overlap = 0, MaxMappedBytes = 64 << 10 });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        file.LeaseSpan(0, 8).Dispose();
        file.Prefetch(0, long.MaxValue);
        file.Prefetch([new FileRange(100_000, 10), new FileRange(5_000_000, 10)]);
        Assert.Equal((1L, 0L, 1),
            (manager.GetStatistics().Maps, manager.GetStatistics().Evictions, manager.GetStatistics().Regions));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Prefetch(-1, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Prefetch(0, -10));
    }

    [Theory]
    [InlineData(AccessPattern.Normal)]
    [InlineData(AccessPattern.Sequential)]
    public void OfALongRangeEveryPageIsInTheCacheWhenItHasBeenReadAhead(AccessPattern access)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux()
            && Environment.Is64BitProcess, "Elsewhere the system is only asked.");
        const int Start = 3 << 20, Length = 5 << 20;
        using SampleFile sample = SampleFile.OfLength(16 << 20);
        using var manager = new MapManager();
        using MappedFile file =
            manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map, Access = access });
        CachedPages.Drop(sample.Path);
        Assert.SkipUnless(
            CachedPages.Count(sample.Path, Start, Length) == 0, "The file cannot be driven out of the cache here.");

        Prefetcher.ReadAhead(file.Directory, [new FileRange(Start, Length)]);

        Assert.Equal(Length / Environment.SystemPageSize, CachedPages.Count(sample.Path, Start, Length));
        Assert.Equal(0, manager.GetStatistics().Maps);
    }

    [Fact]
    public async Task WhatWasLoadedIsFoundByTheNextLease()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using SampleFile sample = SampleFile.OfLength(1 << 20);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = 64 << 10, Overlap = 4096 });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        await file.LoadAsync(100_000, 300_000, token);
        long maps = manager.GetStatistics().Maps;
        for (long offset = 100_000; offset < 396_000; offset += 4_000)
        {
            using MemoryLease lease = file.LeaseMemory(offset, 4_000);
            SampleFile.AssertBytes(lease.Span, offset);
        }

        Assert.Equal(maps, manager.GetStatistics().Maps);
        Assert.Equal(0, manager.GetStatistics().LiveHeapLeases);
    }

    [Fact]
    public async Task LoadingRefusesWhatIsOutsideEndsWhenCancelledAndTellsOfATruncation()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        using SampleFile sample = SampleFile.OfLength(1 << 20);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = 64 << 10, Overlap = 4096 });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await file.LoadAsync(1 << 20, 1, token));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await file.LoadAsync(0, 10, cancelled.Token));
        sample.TruncateTo(100_000);
        await Assert.ThrowsAsync<FileChangedException>(async () => await file.LoadAsync(200_000, 10, token));
        Assert.Equal(0, manager.GetStatistics().LiveHeapLeases);
    }

    [Fact]
    public async Task ACancelledLoadEndsAfterTheWindowThatItIsAt()
    {
        using SampleFile sample = SampleFile.OfLength(1 << 20);
        Seam? seam = null;
        using var manager = new MapManager(s_small) { WrapBacking = real => seam = new Seam(real) };
        using MappedFile file = manager.Open(sample.Path, s_map);
        using var source = new CancellationTokenSource();
        var loads = new List<long>();
        seam!.Loading = offset =>
        {
            loads.Add(offset);
            if (loads.Count == 2) source.Cancel();
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await file.LoadAsync(0, 1 << 20, source.Token));
        Assert.Equal([0L, s_small.WindowSize], loads);
        Assert.Equal(0, manager.GetStatistics().LiveHeapLeases);
    }

    [Theory]
    [InlineData(0, 200_000)]
    [InlineData(100_001, 200_000)]
    [InlineData(4095, 2)]
    public async Task EveryPageOfWhatWasLoadedIsThere(int offset, int length)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Page tables are told in /proc.");
        using SampleFile sample = SampleFile.OfLength(1 << 20);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = 1 << 20 });
        using MappedFile file = manager.Open(sample.Path, s_map with { Access = AccessPattern.Random });
        await file.LoadAsync(offset, length, TestContext.Current.CancellationToken);
        using SpanLease lease = file.LeaseSpan(offset, length);
        int page = Environment.SystemPageSize, pages = (offset + length - 1) / page - offset / page + 1;
        Assert.Equal(pages, PresentPagesOf(lease.Span));

        // SAFETY: the bytes stay in place; the system only looks the address up, and reads nothing through it.
        static unsafe int PresentPagesOf(ReadOnlySpan<byte> span)
        {
            fixed (byte* first = span) return PresentPages.Count((nint)first, span.Length);
        }
    }

    /// <summary>On a thread of the pool an exception would end the process.</summary>
    [Fact]
    public void AHintForAFileThatWasClosedMeanwhileIsCountedAndOpensNothing()
    {
        using SampleFile sample = SampleFile.OfLength(1 << 20);
        using var manager = new MapManager(s_small);
        MappedFile file = manager.Open(sample.Path, s_map);
        file.Dispose();
        long refused = manager.GetStatistics().HintsRefused;
        Prefetcher.ReadAhead(file.Directory, [new FileRange(0, 1 << 20)]);
        Assert.True(manager.GetStatistics().HintsRefused > refused);
        if (OperatingSystem.IsLinux()) Assert.Equal(0, ProcessView.Handles(sample.Path));
    }

    [Fact]
    public void ALongRangeIsReadAheadByAnotherThread()
    {
        using SampleFile sample = SampleFile.OfLength(1 << 20);
        Seam? seam = null;
        using var manager =
            new MapManager(s_small with { MaxMappedBytes = 1 << 30 }) { WrapBacking = real => seam = new Seam(real) };
        using MappedFile file = manager.Open(sample.Path, s_map);
        var threads = new System.Collections.Concurrent.BlockingCollection<int>();
        seam!.ReadingAhead = _ =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            return true;
        };
        file.Prefetch(0, Prefetcher.ReadAtOnceBytes);
        Assert.True(threads.TryTake(out int thread));
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
        file.Prefetch(0, Prefetcher.ReadAtOnceBytes + 1);
        Assert.True(threads.TryTake(out thread, TestThread.Patience));
        Assert.NotEqual(Environment.CurrentManagedThreadId, thread);
    }

    [Fact]
    public void WhereOnlyWhatIsMappedTakesHintsNothingStaysPinned()
    {
        using SampleFile sample = SampleFile.OfLength(1 << 20);
        using var manager =
            new MapManager(s_small) { WrapBacking = real => new Seam(real) { ReadingAhead = _ => false } };
        using MappedFile file = manager.Open(sample.Path, s_map);
        file.LeaseSpan(0, 8).Dispose();
        file.Prefetch(0, 100_000);
        Assert.Equal(0, manager.GetStatistics().LiveHeapLeases);
        Assert.Equal(1, manager.Trim());
    }
}
