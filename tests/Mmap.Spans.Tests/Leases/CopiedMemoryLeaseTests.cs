using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Leases;

/// <summary>Memory leases that are read because the table is full.</summary>
public class CopiedMemoryLeaseTests
{
    private const int Step = FullTable.Step;

    [Theory]
    [InlineData(Backing.Auto)]
    [InlineData(Backing.TruncationSafe)]
    public void ALeaseIsReadChargedWhileItLastsAndGivenBackOnAnotherThread(Backing backing)
    {
        using var table = new FullTable(backing);
        foreach (int length in (int[])[1, 8, 4096, 5000, 64 << 10])
        {
            // Inside a cache line, so that the longest needs a page more.
            long offset = 8L * Step + (64 << 10) - length + 3;
            MemoryLease lease = table.File.LeaseMemory(offset, length);
            SampleFile.AssertBytes(lease.Span, offset);
            SampleFile.AssertBytes(lease.Memory.Span, offset);
            Assert.Equal((offset, length), (lease.Offset, lease.Length));
            Assert.InRange(table.Statistics.CopiedBytes, length, 2 * length + (8 << 10));
            Assert.Equal((4, 1), (table.Statistics.Regions, table.Statistics.LiveHeapLeases));
            TestThread.Start(lease.Dispose).Join();
            lease.Dispose();
            Assert.Equal((0, 0), (table.Statistics.CopiedBytes, table.Statistics.LiveHeapLeases));
            Assert.Throws<ObjectDisposedException>(() => lease.Memory.Span.Length);
        }

        MapStatistics now = table.Statistics;
        Assert.Equal((5, 0, 0), (now.Copies, now.Admissions, now.FallbacksToCopy));
        Assert.InRange(now.PeakCopiedBytes, 64 << 10, 72 << 10);
    }

    [Fact]
    public void AHandleKeepsTheBytesAfterTheLease()
    {
        using var table = new FullTable();
        MemoryLease lease = table.File.LeaseMemory(8 * Step, 100);
        var handle = lease.Memory[10..].Pin();
        lease.Dispose();
        using (MemoryLease other = table.File.LeaseMemory(10 * Step, 100))
            SampleFile.AssertBytes(other.Span, 10 * Step);
        // SAFETY: the handle pins the bytes.
        unsafe
        {
            SampleFile.AssertBytes(new ReadOnlySpan<byte>(handle.Pointer, 90), 8 * Step + 10);
        }

        Assert.NotEqual(0, table.Statistics.CopiedBytes);
        handle.Dispose();
        Assert.Equal(0, table.Statistics.CopiedBytes);
    }

    [Fact]
    public void WhereCopiesHaveNoRoomTheWindowIsMapped()
    {
        using var table = new FullTable(change: options => options with { MaxCopiedBytes = 4096 });
        using MemoryLease first = table.File.LeaseMemory(8 * Step, 8);
        Assert.Equal((1, 4), (table.Statistics.Copies, table.Statistics.Maps));
        using MemoryLease second = table.File.LeaseMemory(10 * Step, 8);
        Assert.Equal((1, 5, 4096), (table.Statistics.Copies, table.Statistics.Maps, table.Statistics.CopiedBytes));
        SampleFile.AssertBytes(second.Span, 10 * Step);
    }

    [Fact]
    public void ALeaseAllocatesLittle()
    {
        using var table = new FullTable();
        long Allocated(int leases)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int turn = 0; turn < leases; turn++)
                table.File.LeaseMemory((5 + turn * 3 % 11) * Step, 8).Dispose();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(3);
        long copies = table.Statistics.Copies;
        Assert.InRange(Allocated(8), 1, 8 * 96);
        Assert.Equal(copies + 8, table.Statistics.Copies);
    }

    [Fact]
    public void ATrackedLeaseTellsWhereItWasTaken()
    {
        using var table = new FullTable(change: options => options with { TrackLeases = true });
        string here = $"memory lease of bytes {new FileRange(8 * Step, 8)} of '{table.Sample.Path}'";
        using MemoryLease lease = table.File.LeaseMemory(8 * Step, 8);
        Assert.Equal(1, table.Statistics.Copies);
        Assert.Contains(here, table.Manager.Dump(), StringComparison.Ordinal);
        lease.Dispose();
        Assert.DoesNotContain(here, table.Manager.Dump(), StringComparison.Ordinal);
    }

    [Fact]
    public void ALeaseThatFailsGivesEverythingBack()
    {
        using var table = new FullTable(change: options => options with { TrackLeases = true });
        table.Sample.TruncateTo(8 * Step + 4);
        var thrown = Assert.Throws<FileChangedException>(() => table.File.LeaseMemory(8 * Step, 8));
        Assert.Equal(new FileRange(8 * Step, 8), thrown.Range);
        MapStatistics now = table.Statistics;
        Assert.Equal((0, 0, 0), (now.Copies, now.CopiedBytes, now.LiveHeapLeases));
        Assert.DoesNotContain("memory lease", table.Manager.Dump(), StringComparison.Ordinal);
    }

    [Fact]
    public void AnEndedLeaseNamesItsFile()
    {
        using var table = new FullTable();
        MemoryLease lease = table.File.LeaseMemory(8 * Step, 8);
        lease.Dispose();
        var thrown = Assert.Throws<ObjectDisposedException>(() => lease.Span.Length);
        Assert.Contains(table.Sample.Path, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALeaseOutlivesItsFileAndItsManagerAndLeavesNothing()
    {
        var table = new FullTable();
        MemoryLease lease = table.File.LeaseMemory(8 * Step, 8);
        table.Dispose();
        SampleFile.AssertBytes(lease.Span, 8 * Step);
        lease.Dispose();
        AtRest.AssertNothingHeld(table.Manager);
    }

    [Fact]
    public void ManyThreadsGiveBackWhatTheyTook()
    {
        using var table = new FullTable();
        TestThread.RunTogether(4, number =>
        {
            for (int turn = 0; turn < 500; turn++)
            {
                long offset = (4 + (number * 7 + turn * 5) % 12) * Step + turn;
                using MemoryLease lease = table.File.LeaseMemory(offset, 1 + turn * 16);
                SampleFile.AssertBytes(lease.Span, offset);
            }
        });
        Assert.Equal((0, 0), (table.Statistics.CopiedBytes, table.Statistics.LiveHeapLeases));
        Assert.NotEqual(0, table.Statistics.Copies);
    }
}
