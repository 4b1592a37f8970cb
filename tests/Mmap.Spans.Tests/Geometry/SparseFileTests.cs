using System.Buffers;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Geometry;

/// <summary>Offsets and lengths that no 32 bits hold, in files that are mostly holes.</summary>
public class SparseFileTests
{
    private const int Around = 4096;
    private const long Gibibyte = 1L << 30;

    /// <summary>2 GiB, 4 GiB, and the edges of whole-file windows.</summary>
    private static readonly long[] s_places = [2 * Gibibyte - 4096, 2 * Gibibyte, 4 * Gibibyte, 8 * Gibibyte + 12_345];

    [Theory]
    [InlineData(64 * 1024, 4096)]
    [InlineData(16 << 20, 1 << 20)]
    [InlineData(1 << 30, 1 << 20)]
    [InlineData(MapManagerOptions.WholeFile, 1 << 20)]
    [InlineData(MapManagerOptions.WholeFile, 0)]
    public void OffsetsAroundTwoAndFourGibibytesAreRightInEveryWay(long window, int overlap)
    {
        using SampleFile sample =
            SampleFile.Sparse(9 * Gibibyte, [.. s_places.Select(place => (place - Around, 2 * Around))]);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = window, Overlap = overlap });
        using MappedFile file = manager.Open(sample.Path, new() { Backing = Backing.Map });
        using WindowCursor cursor = file.CreateCursor();
        using MappedBuffer buffer = file.CreateBuffer();
        foreach (long place in s_places)
        {
            foreach (int by in (int[])[-Around, -1000, -1, 0, 1, 1000])
            {
                long offset = place + by;
                int length = Math.Min(2000, Around - by);
                using (SpanLease lease = file.LeaseSpan(offset, length)) SampleFile.AssertBytes(lease.Span, offset);
                using (MemoryLease lease = file.LeaseMemory(offset, length)) SampleFile.AssertBytes(lease.Span, offset);
                using (SequenceLease lease = file.LeaseSequence(offset, length))
                {
                    SampleFile.AssertBytes(lease.Sequence.ToArray(), offset);
                    Assert.Equal(offset + 17, lease.GetOffset(lease.Sequence.GetPosition(17)));
                }

                byte[] copy = new byte[length];
                Assert.Equal(length, file.Read(offset, copy));
                SampleFile.AssertBytes(copy, offset);
                SampleFile.AssertBytes(buffer.ToArray(offset, length), offset);
                Assert.Equal(SampleFile.At(offset), buffer[offset]);
                using (MappedBuffer slice = buffer.Slice(offset - 5, 100)) Assert.Equal(SampleFile.At(offset + 90),
                    slice[95]);
                Assert.True(cursor.MoveTo(offset, length));
                SampleFile.AssertBytes(cursor.Span, offset);
                Assert.True(cursor.Contains(offset));
                Assert.False(cursor.Contains(offset - (1L << 32)));
            }
        }
    }

    [Theory]
    [InlineData(16 << 20)]
    [InlineData(MapManagerOptions.WholeFile)]
    public void AFileOfAHundredGibibytesIsReadAtBothEnds(long window)
    {
        const long Length = 100 * Gibibyte + 12_345;
        using SampleFile sample = SampleFile.Sparse(Length, (0, 5000), (Length - 5000, 5000));
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = window, MaxMappedBytes = 3 * Gibibyte });
        using MappedFile file = manager.Open(sample.Path, new() { Backing = Backing.Map });
        Assert.Equal(Length, file.Length);
        using (SpanLease first = file.LeaseSpan(0, 5000)) SampleFile.AssertBytes(first.Span, 0);
        using (SpanLease last = file.LeaseSpan(Length - 5000, 5000)) SampleFile.AssertBytes(last.Span, Length - 5000);
        using (MemoryLease last = file.LeaseMemory(Length - 1, 1)) SampleFile.AssertBytes(last.Span, Length - 1);
        using (MappedBuffer buffer = file.CreateBuffer())
        {
            Assert.Equal(Length, buffer.Length);
            Assert.Equal(SampleFile.At(Length - 1), buffer[Length - 1]);
            Assert.Equal(SampleFile.At(0), buffer[0]);
        }

        using WindowCursor cursor = file.CreateCursor();
        Assert.True(cursor.MoveTo(Length - 100));
        Assert.Equal(Length, cursor.End);
        SampleFile.AssertBytes(cursor.Span, Length - 100);
        Assert.False(cursor.MoveTo(Length));
    }

    [Fact]
    public void ALeaseOfMoreThanAGibibyteAcrossAnEdgeIsContiguous()
    {
        const long Start = Gibibyte - 10;
        const int Length = (1 << 30) + 100;
        using SampleFile sample = SampleFile.Sparse(4 * Gibibyte, (Start, 4096), (Start + Length - 4096, 4096));
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path);
        using (MemoryLease lease = file.LeaseMemory(Start, Length))
        {
            SampleFile.AssertBytes(lease.Span[..4096], Start);
            SampleFile.AssertBytes(lease.Span[^4096..], Start + Length - 4096);
        }

        Assert.Equal(0, manager.GetStatistics().MappedBytes);
    }
}
