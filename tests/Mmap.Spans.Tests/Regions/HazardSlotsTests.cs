using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

/// <summary>Pins of span leases: slots, tokens, threads that start and end, and full sets of slots.</summary>
public class HazardSlotsTests
{
    private const int Step = StampedFile.Step;

    [Fact]
    public void ALeaseOnAResidentWindowPinsByASlotAndTakesNoReference()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        file.Use(1);
        Region region = file.Directory.At(1)!;
        file.File.LeaseSpan(Step, 8).Dispose();
        using (SpanLease lease = file.File.LeaseSpan(Step, 8))
        {
            Assert.Equal(0, region.State.References);
            Assert.True(Hazards.Stands(region));
        }

        Assert.False(Hazards.Stands(region));
    }

    [Fact]
    public void LeasesBeyondTheSlotsFallBackToReferencesAndAllAreGood()
    {
        const int Depth = 50;
        using MapManager manager = StampedFile.Manager(1);
        using var file = new StampedFile(manager, Depth);
        Nest(file, 0, Depth);
        Assert.Single(file.Windows);
        Assert.All(file.Directory.Snapshot(), region => Assert.Equal(0, region.State.References));
        Assert.All(file.Directory.Snapshot(), region => Assert.False(Hazards.Stands(region)));
        manager.Trim();
        Assert.Equal(Depth, file.Backing.Unloads);
    }

    [Fact]
    public void MoreThanSixteenLeasesOnOneWindowAreAllNeededToEnd()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        file.Use(1);
        Region region = file.Directory.At(1)!;
        void Go(int left)
        {
            using SpanLease lease = file.File.LeaseSpan(Step + left * 8, 64);
            if (left > 0) Go(left - 1);
            else Assert.Equal(40 - HazardBlock.Slots, region.State.References);
            Assert.Equal(0, manager.Trim());
            file.Backing.Check(lease.Span, Step + left * 8);
        }

        TestThread.Start(() => Go(39)).Join();
        Assert.Equal(0, region.State.References);
        Assert.Equal(1, manager.Trim());
    }

    [Fact]
    public void ACopyDisposedAgainEndsNoOtherLease()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        file.Use(0, 1);
        Region region = file.Directory.At(1)!;
        SpanLease first = file.File.LeaseSpan(0, 8);
        SpanLease copy = first;
        first.Dispose();
        // Enough leases to go once around the slots: some of them is in the slot of the first.
        for (int turn = 0; turn < HazardBlock.Slots; turn++)
        {
            SpanLease other = file.File.LeaseSpan(Step, 8);
            SpanLease again = copy;
            again.Dispose();
            Assert.True(Hazards.Stands(region));
            other.Dispose();
            other.Dispose();
            Assert.False(Hazards.Stands(region));
        }
    }

    [Fact]
    public void ACopyOfALeaseByReferenceDisposedAgainEndsNoOtherLease()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        TestThread.Start(() =>
        {
            file.Use(1);
            Region region = file.Directory.At(1)!;
            long[] slots = new long[HazardBlock.Slots];
            for (int slot = 0; slot < slots.Length; slot++) slots[slot] = Hazards.Store(region);

            SpanLease first = file.File.LeaseSpan(Step, 8), second = file.File.LeaseSpan(Step, 8);
            Assert.Equal(2, region.State.References);
            SpanLease copy = first;
            first.Dispose();
            copy.Dispose();
            first.Dispose();
            Assert.Equal(1, region.State.References);
            second.Dispose();
            Assert.Equal(0, region.State.References);
            foreach (long token in slots) Assert.True(Hazards.Clear(token));
        }).Join();
    }

    [Fact]
    public void ACopyOfAnExactLeaseDisposedAgainUnloadsOnce()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        SpanLease lease = file.File.LeaseSpan(Step - 16, 32);
        SpanLease copy = lease;
        file.Backing.Check(lease.Span, Step - 16);
        lease.Dispose();
        copy.Dispose();
        Assert.Equal(1, file.Backing.Unloads);
        AtRest.AssertNothingCharged(manager.Table);
    }

    [Fact]
    public void LeasesMayEndInAnyOrder()
    {
        using MapManager manager = StampedFile.Manager(1);
        using var file = new StampedFile(manager, 3);
        SpanLease zero = file.File.LeaseSpan(0, 8), one = file.File.LeaseSpan(Step, 8),
            two = file.File.LeaseSpan(2 * Step, 8), again = file.File.LeaseSpan(8, 8);
        zero.Dispose();
        Assert.Equal([0, 1, 2], file.Windows);
        file.Backing.Check(again.Span, 8);
        two.Dispose();
        Assert.Equal([0, 1], file.Windows);
        again.Dispose();
        Assert.Equal([1], file.Windows);
        file.Backing.Check(one.Span, Step);
        one.Dispose();
        Assert.Equal([1], file.Windows);
    }

    [Fact]
    public void LeasesOfSeveralManagersShareAThreadsSlotsAndKeepApart()
    {
        using MapManager first = StampedFile.Manager(1), second = StampedFile.Manager(1);
        using StampedFile a = new(first, 3, number: 1), b = new(second, 3, number: 2);
        SpanLease ofA = a.File.LeaseSpan(0, 8), ofB = b.File.LeaseSpan(0, 8);
        a.Use(1);
        b.Use(1);
        Assert.Equal([0], a.Windows);
        ofA.Dispose();
        first.Trim();
        Assert.Empty(a.Windows);
        b.Backing.Check(ofB.Span, 0);
        Assert.Equal([0], b.Windows);
        ofB.Dispose();
        second.Trim();
        Assert.Empty(b.Windows);
    }

    [Fact]
    public async Task AnAwaitBetweenLeasesMayChangeTheThread()
    {
        using MapManager manager = StampedFile.Manager(2);
        using var file = new StampedFile(manager, 20);
        static void Check(StampedFile file, int window)
        {
            using SpanLease lease = file.File.LeaseSpan(window * Step, 64);
            file.Backing.Check(lease.Span, window * Step);
        }

        async Task Walk(int seed)
        {
            var random = new Random(seed);
            for (int turn = 0; turn < 300; turn++)
            {
                Check(file, random.Next(20));
                using MemoryLease kept = file.File.LeaseMemory(random.Next(20) * Step, 64);
                await Task.Yield();
                file.Backing.Check(kept.Span, kept.Offset);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 8).Select(seed => Task.Run(() => Walk(seed))))
            .WaitAsync(TestThread.Patience);
        manager.Trim();
        Assert.Equal(file.Backing.Loads, file.Backing.Unloads);
        AtRest.AssertNothingCharged(manager.Table);
    }

    [Fact]
    public void TenThousandShortLivedThreadsUseAHandfulOfBlocks()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        int before = HazardSlots.Blocks;
        for (int round = 0; round < 2_500; round++)
        {
            TestThread[] four = [.. Enumerable.Range(0, 4).Select(number => TestThread.Start(() =>
            {
                using SpanLease lease = file.File.LeaseSpan(number * Step, 64);
                file.Backing.Check(lease.Span, number * Step);
            }))];
            foreach (TestThread thread in four) thread.Join();
        }

        // Other tests run beside this one; their threads are few.
        Assert.InRange(HazardSlots.Blocks - before, 0, 64);
        Assert.All(file.Directory.Snapshot(), region => Assert.Equal(0, region.State.References));
    }

    [Fact]
    public void AThreadThatEndsWithALeaseUndisposedKeepsItsRegionAndIsReported()
    {
        using MapManager manager = StampedFile.Manager(1);
        using var file = new StampedFile(manager, 4);
        int before = HazardSlots.AbandonedSlots;
        TestThread.Start(() => Forget(file)).Join();
        file.Use(0, 2, 3);
        Assert.Contains(1, file.Windows);

        // A new thread looks for a block to take over, and finds that one.
        for (int tries = 0; tries < 50 && HazardSlots.AbandonedSlots == before; tries++)
            TestThread.Start(() => file.File.LeaseSpan(0, 8).Dispose()).Join();
        Assert.True(HazardSlots.AbandonedSlots > before);
        Assert.True(manager.GetStatistics().AbandonedSpanLeases > before);
        manager.Trim();
        Assert.Equal([1], file.Windows);
    }

#pragma warning disable MMS001 // Forgotten on purpose.
    private static void Forget(StampedFile file) => file.File.LeaseSpan(Step, 8);
#pragma warning restore MMS001

    private static void Nest(StampedFile file, int window, int depth)
    {
        if (window == depth) return;
        using SpanLease lease = file.File.LeaseSpan(window * Step, 64);
        Nest(file, window + 1, depth);
        file.Backing.Check(lease.Span, window * Step);
        Assert.Contains(window, file.Windows);
    }
}
