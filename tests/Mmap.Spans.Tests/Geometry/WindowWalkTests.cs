using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Geometry;

/// <summary>
/// A file of a few windows: every way to the bytes gives the bytes of a positional read. Window sizes go from the
/// granularity to more than the file, and lengths are around the overlap and the window. The walk visits every offset
/// around each edge, forwards and backwards.
/// </summary>
public sealed class WindowWalkTests : IDisposable
{
    private const int Reach = 3;
    private static readonly int s_granularity = SystemLimits.AllocationGranularity;

    private readonly SampleFile _sample = SampleFile.OfLength(5L * s_granularity + 777);

    public static TheoryData<long, int> Grids()
    {
        var grids = new TheoryData<long, int>();
        for (long window = s_granularity; window <= 8L * s_granularity; window *= 2)
        {
            foreach (int overlap in (int[])[0, 1, 500, s_granularity, (int)window])
            {
                if (overlap != s_granularity || window != s_granularity) grids.Add(window, overlap);
            }
        }

        grids.Add(MapManagerOptions.WholeFile, 0);
        grids.Add(MapManagerOptions.WholeFile, 500);
        return grids;
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void EveryWayToTheBytesGivesWhatAPositionalReadGives(long window, int overlap)
    {
        using var manager = new MapManager(new MapManagerOptions
        {
            WindowSize = window,
            Overlap = overlap,
            MaxMappedBytes = Math.Max(window, s_granularity),
        });
        using (MappedFile file = manager.Open(_sample.Path, new() { Backing = Backing.Map }))
        {
            using SafeFileHandle handle = File.OpenHandle(_sample.Path);
            using WindowCursor cursor = file.CreateCursor();
            using MappedBuffer buffer = file.CreateBuffer();
            byte[] whole = new byte[_sample.Length];
            Assert.Equal(whole.Length, RandomAccess.Read(handle, whole, 0));

            long[] offsets = [.. Offsets(window, overlap)];
            long[] lengths = [.. Lengths(window, overlap)];
            foreach (long offset in offsets.Concat(Enumerable.Reverse(offsets)))
            {
                foreach (long length in lengths)
                {
                    int inside = (int)Math.Min(length, _sample.Length - offset);
                    Check(file, cursor, buffer, offset, inside, whole.AsSpan((int)offset, inside));
                }
            }
        }

        manager.Trim();
        AtRest.AssertNothingHeld(manager);
    }

    [Fact]
    public void ACursorWalksTheWholeFileInStepsOfAtLeastTheOverlap()
    {
        foreach (TheoryDataRow<long, int> grid in Grids())
        {
            (long window, int overlap) = grid.Data;
            using var manager = new MapManager(new MapManagerOptions { WindowSize = window, Overlap = overlap });
            using MappedFile file = manager.Open(_sample.Path);
            using WindowCursor cursor = file.CreateCursor();
            long at = 0;
            while (cursor.MoveTo(at))
            {
                Assert.Equal(at, cursor.Offset);
                Assert.True(cursor.Length >= Math.Min(Math.Max(overlap, 1), file.Length - at));
                SampleFile.AssertBytes(cursor.Span, at);
                at = cursor.End;
            }

            Assert.Equal(file.Length, at);
            Assert.False(cursor.IsValid);
        }
    }

    public void Dispose() => _sample.Dispose();

    private static void Check(
        MappedFile file, WindowCursor cursor, MappedBuffer buffer, long offset, int length, ReadOnlySpan<byte> expected)
    {
        string where = $"{length} bytes at {offset}";
        using (SpanLease lease = file.LeaseSpan(offset, length)) AssertSame(expected, lease.Span, "LeaseSpan", where);
        using (MemoryLease lease = file.LeaseMemory(offset, length))
        {
            AssertSame(expected, lease.Span, "LeaseMemory", where);
            AssertSame(expected, lease.Memory.Span, "LeaseMemory.Memory", where);
            Assert.Equal((offset, length), (lease.Offset, lease.Length));
        }

        using (SequenceLease lease = file.LeaseSequence(offset, length))
        {
            AssertSame(expected, lease.Sequence.ToArray(), "LeaseSequence", where);
            Assert.Equal((offset, (long)length), (lease.Offset, lease.Length));
            long at = offset;
            foreach (ReadOnlyMemory<byte> segment in lease.Sequence)
            {
                if (length > 0) Assert.True(segment.Length > 0, $"An empty segment in {where}.");
                at += segment.Length;
            }

            int overlap = file.Manager.Options.Overlap;
            if (length <= overlap) Assert.True(lease.Sequence.IsSingleSegment, $"{where} fit into the overlap.");
        }

        byte[] copy = new byte[length];
        Assert.Equal(length, file.Read(offset, copy));
        AssertSame(expected, copy, "Read", where);
        AssertSame(expected, buffer.ToArray(offset, length), "ToArray", where);
        if (length > 0)
        {
            Assert.Equal(expected[0], buffer[offset]);
            Assert.Equal(expected[^1], buffer[offset + length - 1]);
            Assert.True(cursor.MoveTo(offset, length));
            Assert.InRange(cursor.Length, 1, length);
            AssertSame(expected[..cursor.Length], cursor.Span, "cursor", where);
            Assert.Equal((offset, offset + cursor.Length), (cursor.Offset, cursor.End));
        }
        else
        {
            Assert.False(cursor.MoveTo(offset, length));
        }
    }

    private static void AssertSame(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string way, string where)
    {
        if (!expected.SequenceEqual(actual)) Assert.Fail($"{way} gave {actual.Length} other bytes for {where}.");
    }

    private IEnumerable<long> Offsets(long window, int overlap)
    {
        long step = window == MapManagerOptions.WholeFile ? _sample.Length : window;
        var offsets = new SortedSet<long>();
        for (long edge = 0; edge <= _sample.Length; edge += step)
        {
            for (int by = -Reach; by <= Reach; by++)
            {
                offsets.Add(edge + by);
                offsets.Add(edge + overlap + by);
                offsets.Add(_sample.Length + by);
            }
        }

        return offsets.Where(offset => offset >= 0 && offset <= _sample.Length);
    }

    private IEnumerable<long> Lengths(long window, int overlap) =>
        new SortedSet<long> { 0, 1, 2, overlap - 1, overlap, overlap + 1, window - 1, window, window + 1,
            window + overlap, _sample.Length }
            .Where(length => length >= 0);
}
