using System.Buffers;
using System.Runtime.InteropServices;
using Mmap.Spans.Leases;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Leases;

public sealed class SequenceLeaseTests : LeakCheckedTest
{
    private const int Overlap = 256;

    [Fact]
    public void EveryRangeHasOneSegmentForEachRegionItNeedsAndNoEmptyOne()
    {
        foreach (int overlap in (int[])[0, 1, Overlap, Granule])
        {
            MappedFile file = OpenSample(5 * Granule + 77, overlap);
            foreach (int offset in (int[])[0, 1, Granule - 1, Granule, Granule + 255, Granule + 256, Granule + 257,
                3 * Granule - 100, 5 * Granule + 77])
            {
                foreach (int length in (int[])[0, 1, 255, 256, 257, Granule, Granule + 256, Granule + 257, 2 * Granule,
                    3 * Granule + 500, (int)file.Length - offset])
                {
                    if (offset + length > file.Length) continue;
                    using SequenceLease lease = file.LeaseSequence(offset, length);
                    Assert.Equal(offset, lease.Offset);
                    Assert.Equal(length, lease.Length);
                    Assert.Equal(length, lease.Sequence.Length);

                    // As few as can be: each goes to the end of the window that its first byte falls into.
                    long at = offset;
                    foreach (ReadOnlyMemory<byte> segment in lease.Sequence)
                    {
                        if (length == 0) break;
                        long windowEnd = at / Granule * Granule + Granule + overlap;
                        Assert.Equal(Math.Min(windowEnd, offset + length) - at, segment.Length);
                        SampleFile.AssertBytes(segment.Span, at);
                        Assert.True(MemoryMarshal.TryGetMemoryManager(segment, out LeasedMemory? leased));
                        Assert.Equal(at / Granule, leased.Region.Index);
                        at += segment.Length;
                    }

                    Assert.Equal(offset + length, at);
                    Assert.Equal(length <= overlap
                        || offset % Granule + length <= Granule + overlap, lease.Sequence.IsSingleSegment);
                }
            }
        }
    }

    [Fact]
    public void TheOffsetOfAPositionIsTheOneInTheFile()
    {
        MappedFile file = OpenSample(4 * Granule, Overlap);
        const int Start = 1000;
        using SequenceLease several = file.LeaseSequence(Start, 3 * Granule);
        using SequenceLease single = file.LeaseSequence(Start, 500);
        foreach (SequenceLease lease in (SequenceLease[])[several, single])
        {
            for (long i = 0; i <= lease.Length; i += 50)
                Assert.Equal(Start + i, lease.GetOffset(lease.Sequence.GetPosition(i)));
            Assert.Equal(Start, lease.GetOffset(lease.Sequence.Start));
            Assert.Equal(Start, lease.GetOffset(default));
            Assert.Equal(Start + lease.Length, lease.GetOffset(lease.Sequence.End));
        }

        // The framework's own says the same where there are several segments, and counts from the segment where not.
        Assert.Equal(Start + 2 * Granule, several.Sequence.GetOffset(several.Sequence.GetPosition(2 * Granule)));
        Assert.Equal(100, single.Sequence.GetOffset(single.Sequence.GetPosition(100)));
    }

    [Fact]
    public void APositionOfAnotherLeaseHasNoOffset()
    {
        MappedFile file = OpenSample(4 * Granule, Overlap);
        using SequenceLease lease = file.LeaseSequence(0, 3 * Granule);
        using SequenceLease other = file.LeaseSequence(0, 3 * Granule);
        using SequenceLease empty = file.LeaseSequence(7, 0);
        Assert.Throws<ArgumentOutOfRangeException>("position", () => lease.GetOffset(other.Sequence.Start));
        Assert.Throws<ArgumentOutOfRangeException>("position", () =>
            lease.GetOffset(new ReadOnlySequence<byte>(new byte[4]).Start));
        Assert.Throws<ArgumentOutOfRangeException>("position", () =>
            lease.GetOffset(new SequencePosition(lease.Sequence.End.GetObject(), int.MaxValue)));
        Assert.Throws<ArgumentOutOfRangeException>("position", () => empty.GetOffset(lease.Sequence.Start));
    }

    [Fact]
    public void AnEmptySequenceIsALease()
    {
        foreach (MappedFile file in (MappedFile[])[OpenSample(100), OpenBytes([])])
        {
            using SequenceLease lease = file.LeaseSequence(file.Length, 0);
            Assert.True(lease.Sequence.IsEmpty);
            Assert.Equal(file.Length, lease.Offset);
            Assert.Equal(file.Length, lease.GetOffset(lease.Sequence.Start));
            Assert.Equal(file.Length, lease.GetOffset(lease.Sequence.End));
            Assert.Equal(0, LiveLeases);
        }
    }

    [Fact]
    public void AllRegionsAreHeldUntilTheEnd()
    {
        MappedFile file = OpenSample(4 * Granule, Overlap);
        SequenceLease lease = file.LeaseSequence(0, 3 * Granule);
        Assert.Equal(3, LiveLeases);
        file.Manager.Trim();
        file.Dispose();
        Assert.Equal(SampleFile.Bytes(0, 3 * Granule), lease.Sequence.ToArray());

        ReadOnlySequence<byte> kept = lease.Sequence;
        lease.Dispose();
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kept.ToArray());
        Assert.Throws<ObjectDisposedException>(() => kept.FirstSpan.Length);
    }

    [Fact]
    public void ASequenceThatCannotBeHadWholeHoldsNothing()
    {
        MapManager manager = ManagerOf(new MapManagerOptions
        {
            WindowSize = Granule,
            Overlap = 0,
            MaxMappedBytes = 2 * Granule,
            OverBudget = OverBudget.Fail,
        });
        MappedFile file = OpenSample(manager, 4 * Granule, out SampleFile sample);
        Assert.Throws<MapBudgetExceededException>(() => file.LeaseSequence(0, 3 * Granule));
        Assert.Equal(0, LiveLeases);
        using (SequenceLease lease = file.LeaseSequence(Granule, 2 * Granule)) Assert.Equal(2, LiveLeases);

        sample.TruncateTo(Granule);
        manager.Trim();
        Assert.Throws<FileChangedException>(() => file.LeaseSequence(0, 2 * Granule));
        Assert.Equal(0, LiveLeases);
    }

    [Fact]
    public void RangesOutsideTheFileAreRefused()
    {
        MappedFile file = OpenSample(1000);
        Assert.Throws<ArgumentOutOfRangeException>("offset", () => file.LeaseSequence(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>("offset", () => file.LeaseSequence(1001, 0));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => file.LeaseSequence(0, 1001));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => file.LeaseSequence(1, long.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>("length", () => file.LeaseSequence(0, -1));
    }
}
