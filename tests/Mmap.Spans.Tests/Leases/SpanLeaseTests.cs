using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Leases;

public class SpanLeaseTests
{
    private const int Step = StampedFile.Step;

    [Fact]
    public void AnEndedLeaseHasNoSpan()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        SpanLease lease = file.File.LeaseSpan(0, 8);
        Assert.Equal(8, lease.Span.Length);
        lease.Dispose();
        ObjectDisposedException? thrown = null;
        try
        {
            _ = lease.Span;
        }
        catch (ObjectDisposedException e)
        {
            thrown = e;
        }

        Assert.NotNull(thrown);
        lease.Dispose();
        default(SpanLease).Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ALeaseIsExactlyAsLongAsAsked(bool resident)
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4, overlap: 512);
        for (int offset = 0; offset < 4 * Step; offset += 504)
        {
            foreach (int length in (int[])[8, 512, 520, Step, Step + 512, Step + 520])
            {
                if (offset + length > 4 * Step) continue;
                if (!resident) manager.Trim();
                using SpanLease lease = file.File.LeaseSpan(offset, length);
                Assert.Equal(length, lease.Span.Length);
                file.Backing.Check(lease.Span, offset);
            }
        }
    }

    [Fact]
    public void ALeaseKnowsItsOffsetAndLengthHoweverItIsPinned()
    {
        using MapManager manager = StampedFile.Manager(8);
        using var file = new StampedFile(manager, 4, overlap: 512);
        void AssertKnows(long offset, int length)
        {
            using SpanLease lease = file.File.LeaseSpan(offset, length);
            Assert.Equal((offset, length), (lease.Offset, lease.Length));
        }

        foreach (int offset in (int[])[0, 8, Step - 8, Step, 3 * Step + 16])
        {
            // Loaded for it, found in memory, and in a region of its own.
            AssertKnows(offset, 8);
            AssertKnows(offset, 8);
            AssertKnows(offset, 0);
            if (offset + Step + 520 <= 4 * Step) AssertKnows(offset, Step + 520);
        }

        // The window at the end of the file is not in memory, and an empty lease loads nothing.
        manager.Trim();
        AssertKnows(4 * Step, 0);
        AssertKnows(12, 0);
        Assert.Empty(file.Windows);
        using SpanLease first = file.File.LeaseSpan(0, 8);
        Overflow(file, HazardBlock.Slots + 2);
    }

    [Fact]
    public void ALeaseThatHasEndedHasNoOffsetAndNoLength()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        foreach (int length in (int[])[0, 8])
        {
            SpanLease lease = file.File.LeaseSpan(8, length);
            lease.Dispose();
            int refused = 0;
            try
            {
                _ = lease.Offset;
            }
            catch (ObjectDisposedException)
            {
                refused++;
            }

            try
            {
                _ = lease.Length;
            }
            catch (ObjectDisposedException)
            {
                refused++;
            }

            Assert.Equal(2, refused);
        }
    }

    private static void Overflow(StampedFile file, int depth)
    {
        using SpanLease lease = file.File.LeaseSpan(8 * depth, 8);
        if (depth > 0) Overflow(file, depth - 1);
        Assert.Equal((8L * depth, 8), (lease.Offset, lease.Length));
    }

    [Fact]
    public void ASpanThatEndsInAWindowThatALeaseHoldsLeavesTheSweepToThatLease()
    {
        using MapManager manager = StampedFile.Manager(2);
        using var file = new StampedFile(manager, 8);
        MemoryLease held = file.File.LeaseMemory(0, 8);
        file.File.LeaseSpan(0, 8).Dispose();
        file.Use(1, 2, 3, 4);
        Assert.Contains("parked", file.Directory.At(0)!.State.ToString(), StringComparison.Ordinal);
        // Every sweep tries again to unmap a refused region, so the refusals tell whether there was a sweep.
        file.Backing.RefuseUnloads(int.MaxValue);
        manager.Trim();
        file.Backing.RefuseUnloads(0);
        int[] before = file.Windows;
        Assert.True(before.Length > 1);

        for (int turn = 0; turn < 20; turn++) file.File.LeaseSpan(8 * turn, 8).Dispose();
        Assert.Equal(before, file.Windows);

        held.Dispose();
        Assert.Equal([0], file.Windows);
        Assert.Equal(1, manager.Trim());
    }

    [Fact]
    public void ALeaseOfAtMostTheOverlapNeverNeedsARegionOfItsOwn()
    {
        using MapManager manager = StampedFile.Manager(8);
        using var file = new StampedFile(manager, 4, overlap: 512);
        for (int offset = 0; offset <= 4 * Step - 512; offset += 8) file.File.LeaseSpan(offset, 512).Dispose();
        Assert.Equal(4, file.Backing.Loads);
        file.File.LeaseSpan(Step - 8, 520).Dispose();
        Assert.Equal(4, file.Backing.Loads);
        file.File.LeaseSpan(Step - 8, 528).Dispose();
        Assert.Equal(5, file.Backing.Loads);
        Assert.Equal([0, 1, 2, 3], file.Windows);
    }
}
