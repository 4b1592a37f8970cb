using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Limits;

/// <summary>Without an idle region: the behaviour by option, and by the refusals of the system.</summary>
public class BudgetFullTests
{
    private const int Window = 64 << 10;
    private const int Windows = 40;
    private const int Room = 8;

    private static readonly MapManagerOptions s_options =
        new() { WindowSize = Window, Overlap = 0, MaxMappedBytes = Room * Window };

    [Fact]
    public void UnderExceedLeasesWinAndTheExcessGoesWithThem()
    {
        using SampleFile sample = SampleFile.OfLength(Windows * Window);
        using var manager = new MapManager(s_options);
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        MemoryLease[] leases = [.. Enumerable.Range(0, Windows).Select(i => file.LeaseMemory(i * Window, 100))];
        MapStatistics full = manager.GetStatistics();
        Assert.Equal(
            (Windows * Window, Windows, Windows - Room), (full.MappedBytes, full.Regions, full.RegionsOverBudget));
        for (int i = 0; i < Windows; i++)
        {
            SampleFile.AssertBytes(leases[i].Span, i * Window);
            leases[i].Dispose();
            Assert.True(manager.GetStatistics().MappedBytes <= Math.Max(Windows - 1 - i, Room) * (long)Window,
                "What is over goes at once.");
        }

        Assert.Equal(Room * Window, manager.GetStatistics().MappedBytes);
        Assert.Equal(0, manager.GetStatistics().RegionsOverBudget);
    }

    /// <summary>The figure, its line in the dump and the meter's value agree; span leases count as leases.</summary>
    [Fact]
    public void WhatSpanLeasesHoldBeyondTheBudgetCountsAsWhatOthersDo()
    {
        using SampleFile sample = SampleFile.OfLength(4 * Window);
        using var manager = new MapManager(s_options with { MaxMappedBytes = Window });
        // Copies have a budget of their own, which is not full.
        using SampleFile small = SampleFile.OfLength(100);
        using MappedFile copied = manager.Open(small.Path, new MappedFileOptions { Backing = Backing.Copy });
        using MemoryLease copy = copied.LeaseMemory(0, 10);
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        using (SpanLease first = file.LeaseSpan(0, 8), second = file.LeaseSpan(Window, 8),
            third = file.LeaseSpan(2 * Window, 8))
        {
            MapStatistics now = manager.GetStatistics();
            Assert.Equal((3L * Window, 4, 2), (now.MappedBytes, now.Regions, now.RegionsOverBudget));
            Assert.Contains(", 2 of them over the budget", manager.Dump());
        }

        using (MemoryLease first = file.LeaseMemory(0, 8), second = file.LeaseMemory(Window, 8))
        using (SpanLease third = file.LeaseSpan(2 * Window, 8))
            Assert.Equal(2, manager.GetStatistics().RegionsOverBudget);

        manager.Trim();
        Assert.Equal(0, manager.GetStatistics().RegionsOverBudget);
        Assert.Contains(", 0 of them over the budget", manager.Dump());
    }

    [Fact]
    public void UnderFailTheErrorNamesTheLimitsTheRangeAndWhoHoldsMost()
    {
        using SampleFile sample = SampleFile.OfLength(Windows * Window), other = SampleFile.OfLength(Window);
        using var manager = new MapManager(s_options with { OverBudget = OverBudget.Fail });
        using MappedFile file = manager.Open(sample.Path), wanting = manager.Open(other.Path);
        var leases = new Stack<MemoryLease>(Enumerable.Range(0, Room).Select(i => file.LeaseMemory(i * Window, 100)));
        for (int turn = 0; turn < 3; turn++)
        {
            string message = Assert.Throws<MapBudgetExceededException>(() => wanting.LeaseMemory(0, 1)).Message;
            foreach (string part in (string[])[other.Path, "[0, 65536)",
                $"{Room * Window} of {Room * Window} mapped bytes", sample.Path]) Assert.Contains(part, message);
            Assert.Throws<MapBudgetExceededException>(() => wanting.LeaseSpan(0, 1).Dispose());
            Assert.Throws<MapBudgetExceededException>(() => file.LeaseSequence(Room * Window - 1, 10));
        }

        Assert.Equal((Room, (long)Room), (manager.GetStatistics().Regions, manager.GetStatistics().LiveHeapLeases));
        leases.Pop().Dispose();
        using (MemoryLease now = wanting.LeaseMemory(0, 100)) SampleFile.AssertBytes(now.Span, 0);
        while (leases.TryPop(out MemoryLease? lease)) lease.Dispose();
    }

    [Theory]
    [InlineData(OverBudget.Exceed)]
    [InlineData(OverBudget.Fail)]
    public void TheCapOfRegionsHoldsUnderEither(OverBudget overBudget)
    {
        using SampleFile sample = SampleFile.OfLength(Windows * Window);
        using var manager =
            new MapManager(
                new MapManagerOptions { WindowSize = Window, Overlap = 0, MaxRegions = Room, OverBudget = overBudget });
        using MappedFile file = manager.Open(sample.Path);
        MemoryLease[] leases = [.. Enumerable.Range(0, Room).Select(i => file.LeaseMemory(i * Window, 100))];
        Assert.Contains($"{Room} of {Room} regions",
            Assert.Throws<MapBudgetExceededException>(() => file.LeaseMemory(Room * Window, 1)).Message);
        foreach (MemoryLease lease in leases) lease.Dispose();
        for (int i = 0; i < Windows; i++) file.LeaseMemory(i * Window, 100).Dispose();
        Assert.Equal(Room, manager.GetStatistics().Regions);
    }

    [Fact]
    public void WhenTheSystemRefusesIdleRegionsGoOneAtATimeThenACopyServesThenTheErrorNamesTheLimits()
    {
        using SampleFile sample = SampleFile.OfLength(Windows * Window);
        int room = Room, copies = 2;
        int loaded = 0;
        var plan = new LimitedBacking.Plan
        {
            CanMap = () => loaded < room,
            CanCopy = () =>
            copies-- > 0,
            Loaded = change => loaded += change
        };
        using var manager =
            new MapManager(s_options with { MaxMappedBytes = long.MaxValue })
            {
                WrapBacking = backing =>
                new LimitedBacking(plan, backing)
            };
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });

        // Idle regions are evicted, one for each that is loaded.
        for (int i = 0; i < Windows; i++) file.LeaseMemory(i * Window, 1).Dispose();
        MapStatistics statistics = manager.GetStatistics();
        Assert.Equal(((long)(Windows - Room), Room), (statistics.MapFailuresRetried, statistics.Regions));
        Assert.Equal(0, statistics.FallbacksToCopy);

        // Nothing idle is left: copies; then the error.
        manager.Trim();
        var leases = new List<MemoryLease>();
        for (int i = 0; i < Room + 2; i++) leases.Add(file.LeaseMemory(i * Window, 100));
        Assert.Equal(2, manager.GetStatistics().FallbacksToCopy);
        IOException refused = Assert.Throws<IOException>(() => file.LeaseMemory(30 * Window, 1));
        foreach (string part in (string[])[sample.Path, "nothing idle is left",
            OperatingSystem.IsWindows() ? "commit" : "ulimit -v"]) Assert.Contains(part, refused.Message);
        for (int i = 0; i < leases.Count; i++)
        {
            SampleFile.AssertBytes(leases[i].Span, i * Window);
            leases[i].Dispose();
        }

        using (MemoryLease again = file.LeaseMemory(30 * Window, 100)) SampleFile.AssertBytes(again.Span, 30 * Window);
        manager.Trim();
        Assert.Equal(0, loaded);
        Assert.True(manager.GetStatistics() is { Regions: 0, MappedBytes: 0 });
    }

    [Fact]
    public void ARefusalForAnotherReasonDropsNothing()
    {
        using SampleFile sample = SampleFile.OfLength(Windows * Window);
        bool broken = false;
        using var manager =
            new MapManager(s_options)
            {
                WrapBacking = backing =>
                new LimitedBacking(new LimitedBacking.Plan { Broken = () => broken }, backing)
            };
        using MappedFile file = manager.Open(sample.Path);
        file.LeaseMemory(0, 1).Dispose();
        broken = true;
        Assert.Contains("broken", Assert.Throws<IOException>(() => file.LeaseMemory(Window, 1)).Message);
        MapStatistics statistics = manager.GetStatistics();
        Assert.Equal(
            (1, 0L, (long)Window), (statistics.Regions, statistics.MapFailuresRetried, statistics.MappedBytes));
    }

    /// <summary>A system with limits of the test's own.</summary>
    private sealed class LimitedBacking(LimitedBacking.Plan plan, IBacking inner) : IBacking
    {
        public sealed class Plan
        {
            public Func<bool> CanMap { get; init; } = () => true;

            public Func<bool> CanCopy { get; init; } = () => true;

            public Func<bool> Broken { get; init; } = () => false;

            public Action<int> Loaded { get; init; } = _ => { };
        }

        private bool IsLast { get; init; }

        public IBacking? Fallback => IsLast ? null
            : new LimitedBacking(new Plan { CanMap = plan.CanCopy, Loaded = plan.Loaded }, inner) { IsLast = true };

        public long Length => inner.Length;

        public long ChargeFor(long offset, int length) => inner.ChargeFor(offset, length);

        public RegionMemory Load(long offset, int length)
        {
            if (plan.Broken()) throw new IOException("The disk is broken.");
            if (!plan.CanMap()) throw new InsufficientMemoryException("The plan says so.");
            RegionMemory memory = inner.Load(offset, length);
            plan.Loaded(1);
            return memory;
        }

        public int Read(long offset, Span<byte> destination) => inner.Read(offset, destination);

        public bool TryReadAhead(long offset, long length) => true;

        public bool TryUnload(in RegionMemory memory)
        {
            plan.Loaded(-1);
            return inner.TryUnload(memory);
        }
    }
}
