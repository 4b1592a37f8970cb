using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Memory;

/// <summary>Pages of copies: laid as the file is, used again, never more than may be, all given back.</summary>
public class PagePoolTests
{
    private const int Block = 1 << 20;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 4096)]
    [InlineData(4095, 2)]
    [InlineData(100_001, 300_000)]
    public void ACopyLiesInItsPageAsTheBytesLieInTheFile(long offset, int length)
    {
        var pages = new PagePool(long.MaxValue);
        RegionMemory copy = pages.Rent(offset, length);
        Assert.Equal(offset % Environment.SystemPageSize, copy.Address % Environment.SystemPageSize);
        Assert.Equal(length, copy.Length);
        PagePool.Writable(copy).Fill(7);
        Assert.True(pages.BytesInUse >= length);
        Assert.True(pages.TryEnd(copy));
        pages.Close();
        Assert.Equal((0, 0), (pages.BytesInUse, pages.KeptBytes));
    }

    [Fact]
    public void PagesThatLeaveAreThoseThatComeNextAndAreNotFaultedInAnew()
    {
        var pages = new PagePool(16 * Block);
        RegionMemory other = pages.Rent(0, Block), first = pages.Rent(0, Block);
        PagePool.Writable(first).Fill(1);
        pages.TryEnd(first);
        RegionMemory second = pages.Rent(0, Block);
        Assert.Equal(first.Address, second.Address);
        if (OperatingSystem.IsLinux())
            Assert.Equal(Block / Environment.SystemPageSize, PresentPages.Count(second.Address, second.Length));
        pages.TryEnd(second);
        pages.TryEnd(other);
        pages.Close();
    }

    /// <summary>
    /// Of a budget of four blocks, used and kept blocks are at most four, after any rents and returns.
    /// </summary>
    [Fact]
    public void WhatIsUsedAndWhatIsKeptAreTogetherAtMostTheBudgetOrWhatIsUsed()
    {
        const int Budget = 4 * Block;
        var pages = new PagePool(Budget);
        var random = new Random(5);
        List<RegionMemory> copies = [];
        bool kept = false;
        for (int step = 0; step < 2000; step++)
        {
            if (copies.Count > 0 && random.Next(2) == 0)
            {
                int at = random.Next(copies.Count);
                Assert.True(pages.TryEnd(copies[at]));
                copies.RemoveAt(at);
            }
            else if (copies.Count < 6)
            {
                copies.Add(pages.Rent(random.Next(5000), Block >> random.Next(6)));
            }

            long used = copies.Sum(copy => (long)PageRange.Of(copy).Bytes);
            Assert.Equal(used, pages.BytesInUse);
            long waiting = pages.KeptBytes;
            Assert.True(used + waiting <= Math.Max(Budget, used), $"{used} bytes are used and {waiting} kept.");
            kept |= waiting > 0;
        }

        Assert.True(kept, "Something was kept now and then.");
        foreach (RegionMemory copy in copies) pages.TryEnd(copy);
        pages.Close();
        Assert.Equal((0, 0), (pages.BytesInUse, pages.KeptBytes));
    }

    [Fact]
    public void WhenNothingIsUsedAnyMoreLittleIsKept()
    {
        var pages = new PagePool(long.MaxValue);
        List<RegionMemory> large = [.. Enumerable.Range(0, 10).Select(_ => pages.Rent(0, Block))];
        List<RegionMemory> small = [.. Enumerable.Range(0, 500).Select(_ => pages.Rent(0, 4096))];
        foreach (RegionMemory copy in (RegionMemory[])[.. small, .. large]) pages.TryEnd(copy);
        Assert.InRange(pages.KeptBytes, 1, Block);
        // One that is too much by itself pushes nothing out.
        pages.TryEnd(pages.Rent(0, 65 * Block));
        Assert.InRange(pages.KeptBytes, 1, Block);
        Assert.True(pages.Drain());
        Assert.Equal((0, 0), (pages.BytesInUse, pages.KeptBytes));
        Assert.False(pages.Drain());
    }

    [Fact]
    public void OfManyBlocksAndOfMuchOnlySomeIsKept()
    {
        const int MostBlocks = 64, MostBytes = 64 * Block;
        var pages = new PagePool(long.MaxValue);
        // Never touched, so it takes only addresses; as many bytes are kept as are in use.
        RegionMemory used = pages.Rent(0, 500 * Block);
        List<RegionMemory> small = [.. Enumerable.Range(0, 200).Select(_ => pages.Rent(0, 4096))];
        foreach (RegionMemory copy in small) pages.TryEnd(copy);
        Assert.Equal(MostBlocks * 4096, pages.KeptBytes);
        List<RegionMemory> large = [.. Enumerable.Range(0, 40).Select(_ => pages.Rent(0, 2 * Block))];
        foreach (RegionMemory copy in large) pages.TryEnd(copy);
        Assert.InRange(pages.KeptBytes, MostBytes / 2, MostBytes);
        pages.TryEnd(used);
        pages.Close();
    }

    [Fact]
    public void TheLastBlockIsKeptEvenIfItIsNotSmall()
    {
        var pages = new PagePool(long.MaxValue);
        pages.TryEnd(pages.Rent(0, 2 * Block));
        Assert.Equal(2 * Block, pages.KeptBytes);
        pages.Close();
    }

    [Fact]
    public void PagesThatTheSystemRefusesOrThatAreGivenBackCountNoMore()
    {
        // Of a process of its own, in which nothing else takes any.
        ChildProcess.Run("ulimit -v 3000000", "count-pages");
    }

    [Fact]
    public void AClosedPoolKeepsNothing()
    {
        var pages = new PagePool(long.MaxValue);
        RegionMemory early = pages.Rent(0, Block), late = pages.Rent(0, Block);
        pages.TryEnd(early);
        pages.Close();
        Assert.Equal((Block, 0), (pages.BytesInUse, pages.KeptBytes));
        pages.TryEnd(late);
        Assert.Equal((0, 0), (pages.BytesInUse, pages.KeptBytes));
    }

    [Fact]
    public void OfACopyThatFailsHalfWayAllPagesComeBack()
    {
        using SampleFile sample = SampleFile.OfLength(3 * Block);
        using var source = new OneHandle(sample.Path);
        var pages = new PagePool(long.MaxValue);
        var backing = new CopiedBacking(source, pages);
        Assert.Throws<FileChangedException>(() => backing.Load(4 * Block, Block));
        Assert.Equal(0, pages.BytesInUse);

        // A file that ends within the range: only the pages of its bytes stay.
        RegionMemory end = backing.Load(2 * Block + 100, 10 * Block);
        SampleFile.AssertBytes(PagePool.Writable(end), 2 * Block + 100);
        Assert.Equal(Block, pages.BytesInUse);
        Assert.True(backing.TryUnload(end));

        source.Dispose();
        Assert.Throws<ObjectDisposedException>(() => backing.Load(0, Block));
        Assert.Equal(0, pages.BytesInUse);
        pages.Close();
    }

    [Fact]
    public void TheEndOfAManagerGivesItsPagesBackAndThoseOfALaterLeaseAtItsEnd()
    {
        using SampleFile sample = SampleFile.OfLength(3 * Block);
        var manager = new MapManager(new MapManagerOptions { WindowSize = Block, Overlap = 0 });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Copy });
        MemoryLease late = file.LeaseMemory(0, 10);
        file.LeaseMemory(Block, 10).Dispose();
        manager.Trim();
        Assert.Equal((Block, 0), (manager.Pages.BytesInUse, manager.Pages.KeptBytes));
        file.LeaseMemory(Block, 10).Dispose();
        manager.Dispose();
        Assert.Equal((Block, 0), (manager.Pages.BytesInUse, manager.Pages.KeptBytes));
        SampleFile.AssertBytes(late.Span, 0);
        late.Dispose();
        Assert.Equal((0, 0), (manager.Pages.BytesInUse, manager.Pages.KeptBytes));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public unsafe void EveryLeaseOfACopyLiesInItsPageAsItsBytesLieInTheFile(bool guarded)
    {
        using SampleFile sample = SampleFile.OfLength(3 * Block);
        var options = new MapManagerOptions { WindowSize = 64 << 10, Overlap = 4096, GuardLeases = guarded };
        using var manager = new MapManager(options);
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Copy });
        var random = new Random(3);
        for (int i = 0; i < 200; i++)
        {
            // The longer ones are exact regions.
            int length = i % 2 == 0 ? 100 : 100_000;
            long offset = random.NextInt64(file.Length - length);
            using SpanLease lease = file.LeaseSpan(offset, length);
            SampleFile.AssertBytes(lease.Span, offset);
            // SAFETY: the lease pins the bytes; the address is compared and never read through.
            fixed (byte* first = lease.Span) Assert.Equal(offset % 4096, (nint)first % 4096);
        }
    }

    /// <summary>Read through the system's view of the process: half of a mapping is there, half is cut off.</summary>
    [Fact]
    public void OfACopyWhoseReadFailsInTheMiddleAllPagesComeBack()
    {
        const string OwnMemory = "/proc/self/mem";
        const int Failures = 200;
        Assert.SkipUnless(File.Exists(OwnMemory), "A read that fails in the middle is had from Linux's own files.");
        using SampleFile sample = SampleFile.OfLength(Block);
        using OneHandle source = new(sample.Path), memory = new(OwnMemory);
        var pages = new PagePool(long.MaxValue);
        var mapping = new MappedBacking(source, pages);
        RegionMemory mapped = mapping.Load(0, Block);
        sample.TruncateTo(Block / 2);
        var backing = new CopiedBacking(memory, pages);
        RegionMemory half = backing.Load(mapped.Address, Block / 2);
        SampleFile.AssertBytes(PagePool.Writable(half), 0);
        backing.TryUnload(half);

        long before = NativePages.Bytes;
        for (int i = 0; i < Failures; i++) Assert.ThrowsAny<IOException>(() => backing.Load(mapped.Address, Block));
        Assert.Equal(0, pages.BytesInUse);
        Assert.InRange(pages.KeptBytes, 1, Block);
        // Other tests have copies at the same time, but not so many.
        Assert.InRange(NativePages.Bytes - before, long.MinValue, Failures / 2 * (long)Block);
        mapping.TryUnload(mapped);
        pages.Close();
    }

    [Fact]
    public void UnderGuardPagesAreNeverUsedAgain()
    {
        var pages = new PagePool(long.MaxValue, guarded: true);
        RegionMemory first = pages.Rent(100, Block);
        Assert.True(pages.TryEnd(first));
        Assert.Equal((0, 0), (pages.BytesInUse, pages.KeptBytes));
        RegionMemory second = pages.Rent(100, Block);
        Assert.NotEqual(first.Address, second.Address);
        Assert.True(pages.TryEnd(second));
    }
}
