using System.Buffers;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Leases;

public class SequenceSegmentTests
{
    private const int Step = StampedFile.Step;
    private const int Overlap = 1024;

    [Fact]
    public void EachRegionIsOneSegmentAndTheLastByteOfOneIsFollowedByTheFirstOfTheNext()
    {
        using MapManager manager = StampedFile.Manager(10);
        using var file = new StampedFile(manager, 4, overlap: Overlap);
        using SequenceLease lease = file.File.LeaseSequence(16, 3 * Step);
        // The first region shows its overlap too, and so does each after it.
        long at = 16;
        var lengths = new List<int>();
        foreach (ReadOnlyMemory<byte> segment in lease.Sequence)
        {
            file.Backing.Check(segment.Span, at);
            lengths.Add(segment.Length);
            at += segment.Length;
        }

        Assert.Equal([Step + Overlap - 16, Step, Step + 16 - Overlap], lengths);
        Assert.Equal([0, 1, 2], file.Windows);
        Assert.Equal(16, lease.GetOffset(lease.Sequence.Start));
        Assert.Equal(16 + 3 * Step, lease.GetOffset(lease.Sequence.End));
        Assert.Equal(16 + 2 * Step + 5, lease.GetOffset(lease.Sequence.GetPosition(2 * Step + 5)));
    }

    [Fact]
    public void ReadingAfterTheEndThrowsInEverySegment()
    {
        using MapManager manager = StampedFile.Manager(10);
        using var file = new StampedFile(manager, 4);
        SequenceLease lease = file.File.LeaseSequence(0, 3 * Step);
        ReadOnlySequence<byte> sequence = lease.Sequence, slice = sequence.Slice(Step + 10, Step);
        ReadOnlyMemory<byte>[] segments = [.. Segments(sequence)];
        lease.Dispose();
        lease.Dispose();
        Assert.Equal(3, segments.Length);
        Assert.All(segments, segment => Assert.Throws<ObjectDisposedException>(() => _ = segment.Span));
        Assert.Throws<ObjectDisposedException>(() => slice.ToArray());
        Assert.Throws<ObjectDisposedException>(() => sequence.FirstSpan.Length);
        Assert.Throws<ObjectDisposedException>(() => new SequenceReader<byte>(sequence).TryRead(out _));
        Assert.Equal(3, manager.Trim());
    }

    [Fact]
    public void APinnedSegmentOutlivesTheLeaseAndTheOthersDoNot()
    {
        using MapManager manager = StampedFile.Manager(10);
        using var file = new StampedFile(manager, 4);
        SequenceLease lease = file.File.LeaseSequence(0, 3 * Step);
        MemoryHandle handle = Segments(lease.Sequence).ElementAt(1).Pin();
        lease.Dispose();
        file.Close();
        Assert.Equal([1], file.Windows);
        handle.Dispose();
        Assert.Empty(file.Windows);
    }

    [Fact]
    public void ASequenceOverTheBudgetIsWholeAndShedWhenItEnds()
    {
        using MapManager manager = StampedFile.Manager(2);
        using var file = new StampedFile(manager, 8);
        using (SequenceLease lease = file.File.LeaseSequence(0, 8 * Step))
        {
            Assert.Equal(8, file.Windows.Length);
            long at = 0;
            foreach (ReadOnlyMemory<byte> segment in lease.Sequence)
            {
                file.Backing.Check(segment.Span, at);
                at += segment.Length;
            }
        }

        Assert.Equal([6, 7], file.Windows);
    }

    private static List<ReadOnlyMemory<byte>> Segments(ReadOnlySequence<byte> sequence)
    {
        var all = new List<ReadOnlyMemory<byte>>();
        foreach (ReadOnlyMemory<byte> segment in sequence) all.Add(segment);
        return all;
    }
}
