using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Limits;

/// <summary>
/// Reads that copy, and reads that show the available bytes, when the window has no place in a full table.
/// </summary>
public class ReadsInAFullTableTests
{
    private const int Step = FullTable.Step;

    [Fact]
    public void CopyToTakesWhatIsThereAndReadsTheRest()
    {
        using var table = new FullTable();
        byte[] bytes = new byte[3 * Step];
        // Half of a window in memory, one whole that is not, and half of the next.
        Assert.Equal(2 * Step, table.File.CopyTo(3 * Step + Step / 2, bytes.AsSpan(0, 2 * Step)));
        SampleFile.AssertBytes(bytes.AsSpan(0, 2 * Step), 3 * Step + Step / 2);
        Assert.Equal((2, 4, 0), (table.Statistics.Copies, table.Statistics.Maps, table.Statistics.LiveHeapLeases));
        Assert.Equal(4, table.File.CopyTo(16 * Step - 4, bytes));
        Assert.Equal(0, table.File.CopyTo(16 * Step, bytes));
        SampleFile.AssertBytes(bytes.AsSpan(0, 4), 16 * Step - 4);
        Assert.Equal(4, table.Statistics.Maps);
    }

    [Fact]
    public void AValueIsReadAlsoAcrossAnEdge()
    {
        using var table = new FullTable();
        Assert.Equal(BitConverter.ToInt64(SampleFile.Bytes(8 * Step, 8)), table.File.Read<long>(8 * Step));
        Assert.Equal(BitConverter.ToInt64(SampleFile.Bytes(11 * Step - 3, 8)), table.File.Read<long>(11 * Step - 3));
        Assert.Equal(
            BitConverter.ToInt64(SampleFile.Bytes(14 * Step, 8)), table.File.CreateReader().Read<long>(14 * Step));
        Assert.Equal((4, 4), (table.Statistics.Copies, table.Statistics.Maps));

        // Between two windows that are there nothing is read.
        Assert.Equal(BitConverter.ToInt64(SampleFile.Bytes(Step - 3, 8)), table.File.Read<long>(Step - 3));
        Assert.Equal(4, table.Statistics.Copies);
    }

    [Fact]
    public void ABufferReadsOffItsWindowAndKeepsIt()
    {
        using var table = new FullTable();
        using MappedBuffer buffer = table.File.CreateBuffer(Step, 15 * Step);
        Assert.Equal(SampleFile.At(Step), buffer[0]);
        Assert.Equal(1, table.Statistics.LiveHeapLeases);
        foreach (int window in (int[])[8, 12, 6])
        {
            Assert.Equal(SampleFile.At((window + 1) * Step), buffer[window * Step]);
            long value = buffer.Read<long>(window * Step + 700_000 % Step);
            Assert.Equal(BitConverter.ToInt64(SampleFile.Bytes((window + 1) * Step + 700_000 % Step, 8)), value);
        }

        Assert.Equal((6, 4), (table.Statistics.Copies, table.Statistics.Maps));
        Assert.Equal(SampleFile.At(Step + 5), buffer[5]);

        // The third byte in a row that is near the last moves the buffer.
        for (int at = 0; at < 100; at++) Assert.Equal(SampleFile.At(11 * Step + at), buffer[10 * Step + at]);
        Assert.Equal((8, 5), (table.Statistics.Copies, table.Statistics.Maps));
    }

    [Theory]
    [InlineData(0, 10, 10)]
    [InlineData(0, 64 << 10, 64 << 10)]
    [InlineData(0, int.MaxValue, 16_384)]
    [InlineData((64 << 10) - 100, int.MaxValue, 16_384)]
    public void AsMuchAsTheOverlapIsShownOfARecordOfUnknownLength(int into, int maxLength, int least)
    {
        using var table = new FullTable(change: options => options with { Overlap = 16_384 });
        long offset = 8 * Step + into;
        using SpanLease lease = table.File.LeaseSpanUpTo(offset, maxLength);
        Assert.InRange(lease.Length, least, maxLength);
        SampleFile.AssertBytes(lease.Span, offset);
        using SpanLease last = table.File.CreateReader().LeaseSpanUpTo(16 * Step - 7, maxLength);
        Assert.Equal(7, last.Length);
        Assert.Equal((2, 4), (table.Statistics.Copies, table.Statistics.Maps));
    }

    [Fact]
    public void CursorsSequencesAndStreamsMap()
    {
        using var table = new FullTable();
        using WindowCursor cursor = table.File.CreateCursor();
        cursor.MoveTo(8 * Step, 8);
        using SequenceLease sequence = table.File.LeaseSequence(10 * Step, 8);
        using Stream stream = table.File.OpenStream(12 * Step);
        Assert.Equal(SampleFile.At(12 * Step), stream.ReadByte());
        Assert.Equal((0, 7), (table.Statistics.Copies, table.Statistics.Maps));
    }

    [Fact]
    public void ADiskErrorReachesTheCallerAndLeavesNothing()
    {
        BadDisk? disk = null;
        using var table = new FullTable(wrap: real => disk = new BadDisk(real));
        disk!.IsBroken = true;
        Assert.Throws<IOException>(() => table.File.LeaseSpan(8 * Step, 8).Dispose());
        Assert.Throws<IOException>(() => table.File.LeaseMemory(10 * Step, 8));
        Assert.Throws<IOException>(() => table.File.Read<int>(12 * Step));
        MapStatistics now = table.Statistics;
        Assert.Equal((0, 0, 0), (now.Copies, now.CopiedBytes, now.LiveHeapLeases));
        disk.IsBroken = false;
        using SpanLease lease = table.File.LeaseSpan(8 * Step, 8);
        SampleFile.AssertBytes(lease.Span, 8 * Step);
        Assert.Equal(1, table.Statistics.Copies);
    }

    [Fact]
    public void AFileThatIsWrittenToAllTheTimeIsMapped()
    {
        BadDisk? disk = null;
        using var table = new FullTable(wrap: real => disk = new BadDisk(real));
        disk!.IsRestless = true;
        using SpanLease span = table.File.LeaseSpan(8 * Step, 8);
        using MemoryLease memory = table.File.LeaseMemory(10 * Step, 8);
        SampleFile.AssertBytes(span.Span, 8 * Step);
        SampleFile.AssertBytes(memory.Span, 10 * Step);
        Assert.Equal((0, 6, 0), (table.Statistics.Copies, table.Statistics.Maps, table.Statistics.CopiedBytes));
    }

    /// <summary>Reads for leases that fail on request.</summary>
    private sealed class BadDisk(IBacking real) : IBacking
    {
        public bool IsBroken { get; set; }

        public bool IsRestless { get; set; }

        public bool ReadsWhenFull => true;

        public long Length => real.Length;

        public long ChargeFor(long offset, int length) => real.ChargeFor(offset, length);

        public RegionMemory Load(long offset, int length) => real.Load(offset, length);

        public int Read(long offset, Span<byte> destination) => real.Read(offset, destination);

        public int ReadForLease(long offset, Span<byte> destination) =>
            IsBroken ? throw new IOException("The disk is bad.")
            : IsRestless ? -1
            : real.ReadForLease(offset, destination);

        public bool TryReadAhead(long offset, long length) => real.TryReadAhead(offset, length);

        public bool TryUnload(in RegionMemory memory) => real.TryUnload(memory);
    }
}
