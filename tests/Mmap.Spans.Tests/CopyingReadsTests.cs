using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests;

/// <summary><c>CopyTo</c>, <c>Read&lt;T&gt;</c> and <c>LeaseSpanUpTo</c> of a file, and <c>Read&lt;T&gt;</c> of a
/// buffer.</summary>
public class CopyingReadsTests
{
    private const int Step = StampedFile.Step;

    private static readonly MapManagerOptions s_small = new()
    {
        WindowSize = 64 << 10,
        Overlap = 0,
        MaxMappedBytes = 2 * (64 << 10),
    };

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public void CopyToCopiesAcrossEveryEdgeAndStopsAtTheEnd(int overlap)
    {
        const int Length = 300_000;
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_small with { Overlap = overlap });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        foreach (int offset in (int[])[0, 1, 65_535, 65_536, 131_000, Length - 1, Length])
        {
            foreach (int wanted in (int[])[0, 1, 100, 70_000, 200_000, Length])
            {
                byte[] bytes = new byte[wanted];
                int copied = file.CopyTo(offset, bytes);
                Assert.Equal(Math.Min(wanted, Length - offset), copied);
                SampleFile.AssertBytes(bytes.AsSpan(0, copied), offset);
                Assert.All(bytes[copied..], one => Assert.Equal(0, one));
            }
        }

        Assert.Equal(0, file.CopyTo(Length + 5, new byte[8]));
        Assert.Equal(0, file.CopyTo(long.MaxValue, new byte[8]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.CopyTo(-1, new byte[8]));
        manager.Trim();
        Assert.Equal(0, manager.GetStatistics().Regions);
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.CopyTo(0, new byte[8]));
        Assert.Throws<ObjectDisposedException>(() => file.CopyTo(0, []));
    }

    /// <summary>The range was looked at; then, while its first window is loaded, the second one is cut off and a
    /// refresh sees it.</summary>
    [Fact]
    public void AValueThatIsCutOffWhileItIsReadIsNoValue()
    {
        const int Window = 64 << 10;
        using SampleFile sample = SampleFile.OfLength(2 * Window);
        Seam? seam = null;
        using var manager = new MapManager(s_small) { WrapBacking = real => seam = new Seam(real) };
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Copy });
        bool isCut = false;
        seam!.Loading = offset =>
        {
            if (isCut) return;
            isCut = true;
            sample.TruncateTo(Window);
            file.Refresh();
        };
        FileChangedException e = Assert.Throws<FileChangedException>(() => file.Read<long>(Window - 4));
        Assert.Equal(new FileRange(Window - 4, 8), e.Range);
    }

    [Fact]
    public void ANegativeLengthIsRefusedAlsoOfWhatIsInMemory()
    {
        using MapManager manager = StampedFile.Manager(8);
        using var file = new StampedFile(manager, 4);
        file.Use(0, 1);
        foreach (int length in (int[])[-1, int.MinValue])
        {
            Assert.Throws<ArgumentOutOfRangeException>("maxLength", () => file.File.LeaseSpanUpTo(8, length).Dispose());
            Assert.Throws<ArgumentOutOfRangeException>("maxLength", () =>
                file.File.CreateReader().LeaseSpanUpTo(8, length).Dispose());
        }

        using SpanLease empty = file.File.LeaseSpanUpTo(8, 0), other = file.File.CreateReader().LeaseSpanUpTo(8, 0);
        Assert.Equal((0, 0), (empty.Length, other.Length));
    }

    [Fact]
    public void CopyToFromWhatIsInMemoryAllocatesNothing()
    {
        using MapManager manager = StampedFile.Manager(8);
        using var file = new StampedFile(manager, 4);
        byte[] bytes = new byte[2 * Step];
        file.File.CopyTo(Step, bytes);
        file.File.CopyTo(Step, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int copied = file.File.CopyTo(Step, bytes);
        long after = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(2 * Step, copied);
        Assert.Equal(before, after);
        Assert.Equal(2, file.Backing.Loads);
    }

    [Fact]
    public void CopyToOfAFileThatWasCutThrowsAndPinsNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a mapped file be truncated.");
        using SampleFile sample = SampleFile.OfLength(300_000);
        using var manager = new MapManager(s_small);
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        sample.TruncateTo(100_000);
        byte[] bytes = new byte[200_000];
        Assert.Throws<FileChangedException>(() => file.CopyTo(10, bytes));
        SampleFile.AssertBytes(bytes.AsSpan(0, 99_990), 10);
        file.Refresh();
        Assert.Equal(99_990, file.CopyTo(10, bytes));
        manager.Trim();
        Assert.Equal(0, manager.GetStatistics().Regions);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public void AValueIsReadWhereverItLiesByFileReaderAndBuffer(int overlap)
    {
        const int Length = 200_003;
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_small with { Overlap = overlap });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        using MappedBuffer buffer = file.CreateBuffer(3);
        SpanReader reader = file.CreateReader();
        foreach (int offset in (int[])[3, 4, 65_528, 65_529, 65_535, 65_536, 131_065, 131_072, Length - 16, 4])
        {
            long expected = BinaryPrimitives.ReadInt64LittleEndian(SampleFile.Bytes(offset, 8));
            for (int turn = 0; turn < 2; turn++)
            {
                Assert.Equal(expected, file.Read<long>(offset));
                Assert.Equal(expected, reader.Read<long>(offset));
                Assert.Equal(expected, buffer.Read<long>(offset - 3));
                Assert.Equal((byte)expected, buffer[offset - 3]);
                Assert.Equal(MemoryMarshal.Read<Guid>(SampleFile.Bytes(offset, 16)), file.Read<Guid>(offset));
                Assert.Equal(MemoryMarshal.Read<Guid>(SampleFile.Bytes(offset, 16)), buffer.Read<Guid>(offset - 3));
            }
        }

        foreach (long offset in (long[])[-1, Length - 7, Length, long.MaxValue])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => file.Read<long>(offset));
            Assert.Throws<ArgumentOutOfRangeException>(() => file.CreateReader().Read<long>(offset));
            Assert.Throws<ArgumentOutOfRangeException>(() =>
                buffer.Read<long>(offset == long.MaxValue ? offset : offset - 3));
        }

        Assert.Throws<InvalidOperationException>(() => default(SpanReader).Read<long>(0));
        Assert.Throws<InvalidOperationException>(() => default(SpanReader).LeaseSpanUpTo(0, 8).Dispose());
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.Read<long>(0));
        manager.Trim();
        Assert.Equal(0, manager.GetStatistics().Regions);
    }

    [Fact]
    public void AValueDoesNotReachPastTheEndOfABuffer()
    {
        using SampleFile sample = SampleFile.OfLength(1000);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path);
        using MappedBuffer buffer = file.CreateBuffer(100, 50);
        Assert.Equal(SampleFile.Bytes(100, 1)[0], buffer[0]);
        Assert.Equal(BinaryPrimitives.ReadInt64LittleEndian(SampleFile.Bytes(142, 8)), buffer.Read<long>(42));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Read<long>(43));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Read<long>(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = buffer[50]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ = buffer[-1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LeaseSpanUpToGivesAtLeastTheOverlapAndNoMoreThanIsWantedOrLeft(bool byReader)
    {
        using MapManager manager = StampedFile.Manager(2);
        using var file = new StampedFile(manager, 4, overlap: 512);
        SpanReader reader = file.File.CreateReader();
        for (int turn = 0; turn < 2; turn++)
        {
            for (int offset = 0; offset <= 4 * Step; offset += 504)
            {
                foreach (int most in (int[])[0, 8, 512, 520, 3 * Step, int.MaxValue])
                {
                    using SpanLease lease = byReader
                        ? reader.LeaseSpanUpTo(offset, most) : file.File.LeaseSpanUpTo(offset, most);
                    int left = Math.Min(most, 4 * Step - offset);
                    Assert.InRange(lease.Length, Math.Min(left, 512), left);
                    Assert.Equal(offset, lease.Offset);
                    if (lease.Length >= 8) file.Backing.Check(lease.Span[..(lease.Length / 8 * 8)], offset);
                }
            }
        }

        // Only from the grid: nothing was mapped for a lease alone.
        Assert.All(file.Backing.Loaded, offset => Assert.Equal(0, offset % Step));
        using (SpanLease none = file.File.LeaseSpanUpTo(long.MaxValue, 8)) Assert.Equal((long.MaxValue, 0),
            (none.Offset, none.Length));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.File.LeaseSpanUpTo(-1, 8).Dispose());
        ArgumentOutOfRangeException e =
            Assert.Throws<ArgumentOutOfRangeException>(() => file.File.LeaseSpanUpTo(8, -1).Dispose());
        Assert.Equal("maxLength", e.ParamName);
        file.File.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.File.LeaseSpanUpTo(0, 8).Dispose());
    }

    [Fact]
    public void UnderGuardLeaseSpanUpToHasARegionThatEndsWhereTheLeaseDoes()
    {
        using SampleFile sample = SampleFile.OfLength(100_000);
        using var manager = new MapManager(new MapManagerOptions { GuardLeases = true, TrackLeases = true });
        using MappedFile file = manager.Open(sample.Path);
        SpanLease lease = file.LeaseSpanUpTo(10, 50);
        SampleFile.AssertBytes(lease.Span, 10);
        Assert.Equal(1, manager.GetStatistics().Regions);
        Assert.Contains("[10, 60)", manager.Dump(), StringComparison.Ordinal);
        Assert.Contains("span lease", manager.Dump(), StringComparison.Ordinal);
        lease.Dispose();
        Assert.Equal(0, manager.GetStatistics().Regions);
    }
}
