using Mmap.Spans.Memory;
using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Memory;

/// <summary>Pages of mappings that are about to end leave the page tables together, and not one byte is lost.</summary>
public class DropPagesTests
{
    private const int Step = 64 << 10;

    [Theory]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(150)]
    public void PagesOfMappingsLeaveTogetherAndComeBackWithTheSameBytes(int mappings)
    {
        using var loads = new Loads(mappings);
        List<RegionMemory> mapped = [.. Enumerable.Range(0, mappings).Select(loads.Map)];
        foreach (RegionMemory memory in mapped) Assert.True(PresentPages.Count(memory.Address, memory.Length) > 0);
        SkipUnlessDropped(Advice.DropPages([.. mapped]));
        foreach (RegionMemory memory in mapped) Assert.Equal(0, PresentPages.Count(memory.Address, memory.Length));
        for (int i = 0; i < mappings; i++) SampleFile.AssertBytes(Loads.BytesOf(mapped[i]), i * Step);
    }

    [Fact]
    public void CopiesAmongThemStayAsTheyAre()
    {
        using var loads = new Loads(8);
        List<RegionMemory> leaving = [.. Enumerable.Range(0, 8).Select(i => i % 2 == 0 ? loads.Copy(i) : loads.Map(i))];
        bool dropped = Advice.DropPages([.. leaving]);
        for (int i = 0; i < 8; i++) SampleFile.AssertBytes(Loads.BytesOf(leaving[i]), i * Step);
        SkipUnlessDropped(dropped && Advice.DropPages([.. Enumerable.Range(0, 8).Select(loads.Copy)]));
    }

    [Fact]
    public void OfAFewMappingsThePagesStay()
    {
        using var loads = new Loads(7);
        List<RegionMemory> mapped = [.. Enumerable.Range(0, 7).Select(loads.Map)];
        Assert.False(Advice.DropPages([.. mapped]));
        foreach (RegionMemory memory in mapped) Assert.True(PresentPages.Count(memory.Address, memory.Length) > 0);
    }

    [Fact]
    public void WhatWaitsInTheLimboHasNoPagesAndIsWholeForWhoWantsItBack()
    {
        const int Budget = 128;
        using SampleFile sample = SampleFile.OfLength((Budget + 1) * Step);
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = Step, Overlap = 0, MaxMappedBytes = Budget * Step });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        for (int window = 0; window <= Budget; window++)
        {
            using SpanLease lease = file.LeaseSpan(window * (long)Step, Step);
            SampleFile.AssertBytes(lease.Span, window * (long)Step);
        }

        // Of 128, eight are marked for one eviction, so seven wait.
        Region[] limbo = [.. file.Directory.Snapshot().Where(region => region.State.IsRetiring)];
        Assert.Equal(7, limbo.Length);
        SkipUnlessDropped(limbo.All(region => PresentPages.Count(region.Address, region.Length) == 0));
        foreach (Region region in limbo)
        {
            long misses = manager.GetStatistics().Misses;
            using SpanLease lease = file.LeaseSpan(region.Start, region.Length);
            SampleFile.AssertBytes(lease.Span, region.Start);
            Assert.Equal(misses, manager.GetStatistics().Misses);
        }
    }

    /// <summary>
    /// Older systems, and sandboxes that forbid the call, drop nothing. A system that accepts the call must drop.
    /// </summary>
    private static unsafe void SkipUnlessDropped(bool dropped)
    {
        // SAFETY: the call has no ranges, so the system reads none. The numbers are written out: wrong ones in the
        // library must not skip.
        bool isRefused = !OperatingSystem.IsLinux() || SystemCalls.ProcessAdvise(440, -10000, null, 0, 4, 0) < 0;
        Assert.SkipWhen(isRefused, "This system drops no pages of several mappings in one call.");
        Assert.True(dropped, "The pages were not dropped.");
    }

    private sealed class Loads(int windows) : IDisposable
    {
        private readonly SampleFile _sample = SampleFile.OfLength(windows * Step);
        private readonly List<(IBacking Backing, RegionMemory Memory)> _loaded = [];
        private readonly PagePool _pages = new(long.MaxValue);
        private OneHandle? _source;

        private OneHandle Source => _source ??= new OneHandle(_sample.Path);

        public static unsafe ReadOnlySpan<byte> BytesOf(in RegionMemory memory) =>
            new((void*)memory.Address, memory.Length);

        /// <summary>A mapping whose pages have been touched.</summary>
        public RegionMemory Map(int window) => Load(new MappedBacking(Source, _pages), window);

        public RegionMemory Copy(int window) => Load(new CopiedBacking(Source, _pages), window);

        public void Dispose()
        {
            foreach ((IBacking backing, RegionMemory memory) in _loaded) Assert.True(backing.TryUnload(memory));
            _source?.Dispose();
            _sample.Dispose();
        }

        private RegionMemory Load(IBacking backing, int window)
        {
            RegionMemory memory = backing.Load(window * (long)Step, Step);
            _loaded.Add((backing, memory));
            SampleFile.AssertBytes(BytesOf(memory), window * (long)Step);
            return memory;
        }
    }
}
