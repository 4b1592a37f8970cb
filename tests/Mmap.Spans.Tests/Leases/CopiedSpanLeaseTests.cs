using System.Runtime.CompilerServices;
using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Leases;

/// <summary>Span leases that are read because the table is full.</summary>
public class CopiedSpanLeaseTests
{
    private const int Step = FullTable.Step;

    [Theory]
    [InlineData(Backing.Auto)]
    [InlineData(Backing.TruncationSafe)]
    public void AShortLeaseThatMissesInAFullTableIsReadAndHasNoRegion(Backing backing)
    {
        using var table = new FullTable(backing);
        // Windows that are far from one another, so that nothing is a burst.
        foreach ((int window, int length) in ((int, int)[])[(12, 1), (8, 8), (14, 4096), (6, 64 << 10)])
        {
            long offset = (window + 1L) * Step - length;
            using SpanLease lease = table.File.LeaseSpan(offset, length);
            SampleFile.AssertBytes(lease.Span, offset);
            lease.ThrowIfUnreadable();
        }

        MapStatistics now = table.Statistics;
        Assert.Equal((4, 4, 4, 0, 0), (now.Copies, now.Maps, now.Regions, now.Admissions, now.FallbacksToCopy));
        Assert.Equal((4 * Step, 0), (now.MappedBytes, now.CopiedBytes));
    }

    /// <summary>The event comes while the lease is being made; a listener may lease on the same thread.</summary>
    [Theory]
    [InlineData("span")]
    [InlineData("up to")]
    [InlineData("reader")]
    [InlineData("memory")]
    public void AListenerThatLeasesChangesNoByteOfTheLeaseThatItHearsOf(string way)
    {
        using var table = new FullTable();
        using var log = new EventLog(table.Sample.Path);
        int heard = 0;
        log.Then = entry =>
        {
            if (entry.Name != "Copy" || heard++ > 0) return;
            using SpanLease other = table.File.LeaseSpan(12 * Step, 64);
            SampleFile.AssertBytes(other.Span, 12 * Step);
        };
        if (way == "memory")
        {
            using MemoryLease memory = table.File.LeaseMemory(8 * Step, 64);
            SampleFile.AssertBytes(memory.Span, 8 * Step);
        }
        else
        {
            using SpanLease lease = way switch
            {
                "span" => table.File.LeaseSpan(8 * Step, 64),
                "up to" => table.File.LeaseSpanUpTo(8 * Step, 64),
                _ => table.File.CreateReader().LeaseSpan(8 * Step, 64),
            };
            SampleFile.AssertBytes(lease.Span, 8 * Step);
        }

        Assert.Equal((2, 2), (heard, (int)table.Statistics.Copies));
    }

    /// <summary>A read that fails leaves the thread all of its buffers.</summary>
    [Fact]
    public void AReadThatFailsKeepsNoBuffer()
    {
        using var table = new FullTable();
        table.Sample.TruncateTo(8 * Step);
        // More than the buffers, and each far from the last, so that nothing is a burst.
        for (int turn = 0; turn < 10; turn++)
            Assert.Throws<FileChangedException>(() => table.File.LeaseSpan((8 + turn * 3 % 8) * Step, 64).Dispose());
        using SpanLease lease = table.File.LeaseSpan(6 * Step, 64);
        SampleFile.AssertBytes(lease.Span, 6 * Step);
        Assert.Equal((1, 4), (table.Statistics.Copies, table.Statistics.Maps));
    }

    [Theory]
    [InlineData(Backing.Map)]
    [InlineData(Backing.Copy)]
    public void WhoAsksForMappingsOrCopiesGetsRegions(Backing backing)
    {
        using var table = new FullTable(backing, change: options => options with { MaxCopiedBytes = 4 * Step });
        using SpanLease lease = table.File.LeaseSpan(8 * Step, 8);
        Assert.Equal((0, 5), (table.Statistics.Copies, table.Statistics.Maps));
    }

    [Fact]
    public void WithTheOptionOffOrUnderGuardThereAreRegions()
    {
        using var off = new FullTable(change: options => options with { CopyWhenFull = false });
        using SpanLease mapped = off.File.LeaseSpan(8 * Step, 8);
        using SpanLease exact = off.File.LeaseSpan(10 * Step - 4, 8);
        Assert.Equal((0, 6), (off.Statistics.Copies, off.Statistics.Maps));

        using var guarded = new FullTable(change: options => options with { GuardLeases = true });
        using SpanLease alone = guarded.File.LeaseSpan(8 * Step, 8);
        using SpanLease across = guarded.File.LeaseSpan(10 * Step - 4, 8);
        Assert.Equal(0, guarded.Statistics.Copies);
    }

    [Fact]
    public void ALongerLeaseAndAWindowThatIsThereAreNoCopies()
    {
        using var table = new FullTable(change: options => options with { WindowSize = 2 * Step });
        using (table.File.LeaseSpan(3 * Step, 8))
        using (table.File.LeaseSpan(2 * Step, (64 << 10) + 1))
            Assert.Equal(0, table.Statistics.Copies);
        using SpanLease longer = table.File.LeaseSpan(8 * Step, (64 << 10) + 1);
        Assert.Equal(0, table.Statistics.Copies);
    }

    [Fact]
    public void TheRegionsThereMayBeMakeATableFullToo()
    {
        using var table = new FullTable(
            change: options => options with { MaxMappedBytes = 100 * Step, MaxRegions = 4 });
        using SpanLease lease = table.File.LeaseSpan(8 * Step, 8);
        SampleFile.AssertBytes(lease.Span, 8 * Step);
        Assert.Equal((1, 4), (table.Statistics.Copies, table.Statistics.Regions));
    }

    [Fact]
    public void AShortLeaseAcrossAnEdgeIsReadWhereverTheOverlapDoesNotReach()
    {
        using SampleFile sample = SampleFile.OfLength(4 * Step);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = Step, Overlap = 16 });
        using MappedFile file = manager.Open(sample.Path);
        using (SpanLease inside = file.LeaseSpan(Step - 8, 24)) SampleFile.AssertBytes(inside.Span, Step - 8);
        Assert.Equal(0, manager.GetStatistics().Copies);
        using SpanLease across = file.LeaseSpan(Step - 8, 25);
        SampleFile.AssertBytes(across.Span, Step - 8);
        Assert.Equal(Step - 8, across.Offset);
        Assert.Equal((1, 1), (manager.GetStatistics().Copies, manager.GetStatistics().Regions));
    }

    [Fact]
    public void TheBytesAreAlignedAsTheirOffsetIs()
    {
        using var table = new FullTable();
        for (int into = 0; into < 130; into += 13)
        {
            long offset = (long)(6 + into % 7) * Step + into;
            using SpanLease lease = table.File.LeaseSpan(offset, 64 << 10);
            // SAFETY: the address is not read.
            unsafe
            {
                nint address = (nint)Unsafe.AsPointer(ref Unsafe.AsRef(in lease.Span[0]));
                Assert.Equal(offset % 64, address % 64);
            }

            SampleFile.AssertBytes(lease.Span, offset);
        }

        Assert.Equal(10, table.Statistics.Copies);
    }

    [Fact]
    public void ALeaseKnowsItsOffsetLengthAndFileAndEndsOnce()
    {
        using var table = new FullTable();
        SpanLease lease = table.File.LeaseSpan(9 * Step + 5, 77);
        Assert.Equal((9L * Step + 5, 77), (lease.Offset, lease.Length));
        lease.Dispose();
        lease.Dispose();
        bool threw = false;
        try
        {
            _ = lease.Span;
        }
        catch (ObjectDisposedException)
        {
            threw = true;
        }

        Assert.True(threw);
    }

    [Fact]
    public void AThreadHoldsEightCopiesAndTheNinthLeaseIsMapped()
    {
        using var table = new FullTable();
        Hold(table, depth: 0);
        Assert.Equal((8, 0, 5), (table.Statistics.Copies, table.Statistics.Admissions, table.Statistics.Maps));
        using SpanLease again = table.File.LeaseSpan(8 * Step, 8);
        Assert.Equal(9, table.Statistics.Copies);
    }

    private static void Hold(FullTable table, int depth)
    {
        // The last is of a window of its own, so that it is no hit; all are far from one another.
        long offset = (4L + depth) * Step + depth;
        using SpanLease lease = table.File.LeaseSpan(offset, 100);
        if (depth < 8) Hold(table, depth + 1);
        Assert.Equal(offset, lease.Offset);
        SampleFile.AssertBytes(lease.Span, offset);
    }

    [Fact]
    public void ACopyOfALeaseThatIsDisposedLateEndsNobodyElsesLease()
    {
        using var table = new FullTable();
        SpanLease first = table.File.LeaseSpan(5 * Step, 8);
        SpanLease late = first;
        first.Dispose();
        for (int turn = 0; turn < 9; turn++)
        {
            using SpanLease other = table.File.LeaseSpan((6 + turn) * Step, 8);
            late.Dispose();
            using SpanLease nested = table.File.LeaseSpan(15 * Step - 100 * turn, 8);
            SampleFile.AssertBytes(other.Span, (6 + turn) * Step);
        }
    }

    [Fact]
    public void ACopyShowsTheBytesOfItsBeginning()
    {
        using var table = new FullTable();
        using SpanLease before = table.File.LeaseSpan(8 * Step, 8);
        SampleFile.Rewrite(table.Sample.Path, new byte[8], 8 * Step);
        using SpanLease after = table.File.LeaseSpan(8 * Step, 8);
        SampleFile.AssertBytes(before.Span, 8 * Step);
        Assert.Equal(new byte[8], after.Span.ToArray());
    }

    [Fact]
    public void ARangeThatTheFileHasLostSaysSo()
    {
        using var table = new FullTable();
        table.Sample.TruncateTo(8 * Step + 4);
        var thrown = Assert.Throws<FileChangedException>(() => table.File.LeaseSpan(8 * Step, 8).Dispose());
        Assert.Equal(new FileRange(8 * Step, 8), thrown.Range);
        Assert.Contains(table.Sample.Path, thrown.Message, StringComparison.Ordinal);
        using SpanLease left = table.File.LeaseSpanUpTo(8 * Step, 8);
        Assert.Equal(4, left.Length);
        Assert.Equal(1, table.Statistics.Copies);
        table.Sample.GrowTo(16 * Step);
        using SpanLease whole = table.File.LeaseSpan(8 * Step, 8);
        SampleFile.AssertBytes(whole.Span, 8 * Step);
    }

    [Fact]
    public void OfWhatIsGoneWholeTheErrorNamesAllThatWasWanted()
    {
        using var table = new FullTable();
        table.Sample.TruncateTo(8 * Step);
        foreach (Action read in (Action[])
        [
            () => table.File.LeaseSpanUpTo(8 * Step, 8).Dispose(),
            () => table.File.CopyTo(8 * Step, new byte[8]),
        ])
        {
            var thrown = Assert.Throws<FileChangedException>(read);
            Assert.Equal(new FileRange(8 * Step, 8), thrown.Range);
        }
    }

    [Fact]
    public void WhatIsCopiedToTheCallerIsReadAndNotMapped()
    {
        using var table = new FullTable();
        byte[] bytes = new byte[64];
        Assert.Equal(64, table.File.CopyTo(8 * Step, bytes));
        SampleFile.AssertBytes(bytes, 8 * Step);
        Assert.Equal((1, 4), (table.Statistics.Copies, table.Statistics.Maps));
    }

    [Fact]
    public void WithVerifyTheLengthIsAskedBeforeEachCopy()
    {
        using var table = new FullTable(verify: true);
        using (SpanLease good = table.File.LeaseSpan(8 * Step, 8)) SampleFile.AssertBytes(good.Span, 8 * Step);
        table.Sample.TruncateTo(8 * Step);
        Assert.Throws<FileChangedException>(() => table.File.LeaseSpan(8 * Step, 8).Dispose());
        Assert.Throws<FileChangedException>(() => table.File.LeaseSpanUpTo(8 * Step, 8).Dispose());
        Assert.Equal(1, table.Statistics.Copies);
    }

    /// <summary>The file is longer again by the time of the read; the look alone has met it shorter.</summary>
    [Fact]
    public void WithVerifyWhatALookFindsGoneIsNotRead()
    {
        Seam? seam = null;
        using var table = new FullTable(
            verify: true, wrap: real => seam = new Seam(real) { ReadsWhenFull = true });
        using (SpanLease good = table.File.LeaseSpan(8 * Step, 8)) SampleFile.AssertBytes(good.Span, 8 * Step);
        seam!.Looked = now => now with { Length = 8 * Step + 4 };
        Assert.Throws<FileChangedException>(() => table.File.LeaseSpan(8 * Step, 8).Dispose());
        Assert.Equal(1, table.Statistics.Copies);
    }

    [Fact]
    public void AClosedFileAndADisposedManagerRefuse()
    {
        using var table = new FullTable();
        using MappedFile other = table.Manager.Open(table.Sample.Path);
        SpanLease held = other.LeaseSpan(8 * Step, 8);
        other.Dispose();
        Assert.Throws<ObjectDisposedException>(() => other.LeaseSpan(9 * Step, 8).Dispose());
        table.Manager.Dispose();
        Assert.Throws<ObjectDisposedException>(() => table.File.LeaseSpan(9 * Step, 8).Dispose());
        SampleFile.AssertBytes(held.Span, 8 * Step);
        held.Dispose();
    }

    [Fact]
    public void TheBuffersOfAThreadGoWhenItHasEnded()
    {
        // Other tests' threads may have or lose a few meanwhile.
        const int Threads = 16;
        const long OfAThread = 8 * (64 << 10), Others = 6 * OfAThread;
        using var table = new FullTable();
        // Leases that ended before this test are collected before the count.
        for (int turn = 0; turn < 2; turn++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        long before = SpanBuffer.ProcessBytes, most = 0;
        TestThread.RunTogether(Threads, _ =>
        {
            Hold(table, depth: 0);
            // An undisposed one is collected as well: no span of an ended thread can be read.
            Forget(table);
            lock (table) most = Math.Max(most, table.Statistics.SpanCopyBytes);
        });
        Assert.True(most >= before + Threads * OfAThread - Others, $"{most} bytes, {before} before.");
        Assert.True(
            Collected.Until(() => SpanBuffer.ProcessBytes <= before + Others),
            $"{SpanBuffer.ProcessBytes} bytes, {before} before.");
    }

#pragma warning disable MMS001 // What becomes of a lease that is not disposed is the question.
    private static void Forget(FullTable table) => Assert.Equal(8, table.File.LeaseSpan(15 * Step, 8).Length);
#pragma warning restore MMS001

    [Fact]
    public void ACopyAllocatesNothing()
    {
        using var table = new FullTable();
        long Allocated(int leases)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int turn = 0; turn < leases; turn++)
                table.File.LeaseSpan((5 + turn * 3 % 11) * Step, 8).Dispose();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(3);
        long copies = table.Statistics.Copies;
        Assert.Equal(0, Allocated(8));
        Assert.Equal(copies + 8, table.Statistics.Copies);
    }

    [Fact]
    public void AWindowThatEarnsItsPlaceIsMapped()
    {
        using var table = new FullTable();
        int leases = 0;
        while (table.Statistics.Admissions == 0 && leases < 100)
        {
            table.File.LeaseSpan(8 * Step, 8).Dispose();
            table.File.LeaseSpan((9 + leases++ % 7) * Step, 8).Dispose();
        }

        Assert.InRange(leases, 2, 99);
        Assert.Equal((1, 5, 4), (table.Statistics.Admissions, table.Statistics.Maps, table.Statistics.Regions));
    }

    [Fact]
    public void TheThirdLeaseInARowNearTheLastMapsItsWindow()
    {
        using var table = new FullTable();
        for (int turn = 0; turn < 10; turn++) table.File.LeaseSpan(8 * Step + turn, 8).Dispose();
        Assert.Equal((2, 1, 5), (table.Statistics.Copies, table.Statistics.Admissions, table.Statistics.Maps));
    }
}
