using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

/// <summary>Closing does not wait for leases and leaves their memory in place; the last release unloads.</summary>
public class TableClosingTests
{
    private const int Step = StampedFile.Step;

    [Fact]
    public void ClosingAFileDropsItsIdleRegionsAtOnceAndTheLeasedOnesWithTheirLastLease()
    {
        using MapManager manager = StampedFile.Manager(100);
        using var file = new StampedFile(manager, 20);
        file.Use(0, 1, 2);
        MemoryLease first = file.File.LeaseMemory(Step, 64), second = file.File.LeaseMemory(Step + 64, 64);
        SpanLease span = file.File.LeaseSpan(2 * Step, 64);
        file.Close();
        Assert.Equal([1, 2], file.Windows);
        Assert.Equal(2, manager.Table.Detached().Count);

        file.Backing.Check(first.Span, Step);
        first.Dispose();
        file.Backing.Check(second.Span, Step + 64);
        Assert.Equal([1, 2], file.Windows);
        second.Dispose();
        Assert.Equal([2], file.Windows);
        file.Backing.Check(span.Span, 2 * Step);
        span.Dispose();
        Assert.Empty(file.Windows);
        AtRest.AssertNothingCharged(manager.Table);
    }

    [Fact]
    public void AClosedFileRefusesEveryKindOfLease()
    {
        using MapManager manager = StampedFile.Manager(100);
        using var file = new StampedFile(manager, 20);
        file.Use(0);
        using MemoryLease pinned = file.File.LeaseMemory(0, 8);
        file.Close();
        Assert.Throws<ObjectDisposedException>(() => file.File.LeaseSpan(0, 8).Dispose());
        Assert.Throws<ObjectDisposedException>(() => file.File.LeaseMemory(0, 8));
        Assert.Throws<ObjectDisposedException>(() => file.File.LeaseSequence(0, 8));
        Assert.Throws<ObjectDisposedException>(() => file.Table.Acquire(file.Directory, 0));
        Assert.Throws<ObjectDisposedException>(() => file.Table.AcquireExact(file.Directory, 0, 8));
        Assert.Equal([0], file.Windows);
    }

    [Fact]
    public void ARegionThatIsClosedWhileItIsInLimboIsUnloadedOnce()
    {
        // A batch of two is marked for one eviction when there are thirty-two, so one stays in limbo.
        using MapManager manager = StampedFile.Manager(32);
        using var file = new StampedFile(manager, 40);
        for (int window = 0; window < 33; window++) file.Use(window);
        Region[] limbo = [.. file.Directory.Snapshot().Where(region => region.State.IsRetiring)];
        Assert.NotEmpty(limbo);
        file.Close();
        Assert.All(limbo, region => Assert.True(region.State.IsRetired));
        Assert.Equal(file.Backing.Loads, file.Backing.Unloads);
        AtRest.AssertNothingCharged(manager.Table);
    }

    [Fact]
    public void WhatGrowthDetachedServesItsOldLeasesWhileNewOnesGetTheNewRegion()
    {
        using MapManager manager = StampedFile.Manager(100);
        using var file = new StampedFile(manager, 4, overlap: 1024);
        file.ResizeTo(3 * Step + 512);
        using MemoryLease old = file.File.LeaseMemory(3 * Step, 512);
        uint oldLoad = file.Backing.Check(old.Span, 3 * Step);

        file.ResizeTo(4 * Step);
        using (MemoryLease fresh = file.File.LeaseMemory(3 * Step, Step))
            Assert.NotEqual(oldLoad, file.Backing.Check(fresh.Span, 3 * Step));
        Assert.Equal(oldLoad, file.Backing.Check(old.Span, 3 * Step));
        Assert.Equal([3, 3], file.Windows);
        old.Dispose();
        Assert.Equal([3], file.Windows);
    }

    [Fact]
    public void ReleasingAPrefixReportsWhoStillHoldsAndDropsTheRest()
    {
        using MapManager manager = new(new MapManagerOptions { WindowSize = 65536, Overlap = 0 });
        using SampleFile sample = SampleFile.OfLength(4 * 65536);
        using MappedFile file = manager.Open(sample.Path);
        foreach (int window in (int[])[0, 1, 2]) file.LeaseMemory(window * 65536, 1).Dispose();
        using MemoryLease first = file.LeaseMemory(65536, 100), second = file.LeaseMemory(65536, 200);

        ReleaseReport report = manager.Release(sample.Path);
        Assert.Equal(2, report.RegionsDropped);
        Assert.Equal(1, report.HandlesClosed);
        Assert.Equal([new HeldFile(file.Path!, 2)], report.Held);
        SampleFile.AssertBytes(first.Span, 65536);

        first.Dispose();
        second.Dispose();
        Assert.Empty(manager.Release(sample.Path).Held);
        Assert.Equal(0, manager.GetStatistics().Regions);
        using MemoryLease again = file.LeaseMemory(65536, 100);
        SampleFile.AssertBytes(again.Span, 65536);
    }

    [Fact]
    public void ManyClosersEndOneFileOnce()
    {
        for (int turn = 0; turn < 50; turn++)
        {
            using MapManager manager = StampedFile.Manager(100);
            using var file = new StampedFile(manager, 8);
            file.Use(0, 1, 2, 3);
            MemoryLease lease = file.File.LeaseMemory(Step, 8);
            TestThread.RunTogether(4, number =>
            {
                if (number == 0) lease.Dispose();
                else if (number == 1) manager.Dispose();
                else file.Close();
            });
            Assert.Equal(4, file.Backing.Unloads);
            AtRest.AssertNothingCharged(manager.Table);
        }
    }

    /// <summary>A hazard stored while its region is being closed: the sweeper spares the region for it, so who then
    /// withdraws it must report.</summary>
    [Fact]
    public void AHazardThatIsWithdrawnBecauseItsRegionClosesDoesNotKeepTheRegion()
    {
        using MapManager manager = StampedFile.Manager(100);
        using var file = new StampedFile(manager, 8);
        file.Use(1);
        Region region = file.Directory.At(1)!;
        using var stored = new ManualResetEventSlim();
        using var closed = new ManualResetEventSlim();
        TestThread reader = TestThread.Start(() =>
        {
            // The steps of SpanPin.TryTake, with the closer between its store and its look at the word.
            long token = Hazards.Store(region);
            stored.Set();
            Assert.True(closed.Wait(TestThread.Patience));
            Hazards.Clear(token);
            Assert.False(Hazards.TryPin(region));
        });
        Assert.True(stored.Wait(TestThread.Patience));
        file.Close();
        Assert.Equal([1], file.Windows);
        closed.Set();
        reader.Join();
        Assert.Empty(file.Windows);
        AtRest.AssertNothingCharged(manager.Table);
    }
}
