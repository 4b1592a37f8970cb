using System.Buffers;
using System.IO.Pipelines;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>The offset in the file of a position in a buffer.</summary>
public sealed class FileOffsetTests : LeakCheckedTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public void EveryPositionOfEveryBufferHasItsOffset(int overlap)
    {
        MappedFile file = OpenSample(3 * Granule + 10, overlap);
        PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { Offset = 7 });
        long at = 7;
        while (true)
        {
            ReadResult result = reader.ReadNow();
            for (long i = 0; i <= result.Buffer.Length; i += 97)
                Assert.Equal(at + i, file.GetOffset(result.Buffer.GetPosition(i)));
            Assert.Equal(at + result.Buffer.Length, file.GetOffset(result.Buffer.End));
            if (result.IsCompleted) break;
            // Not all of it, so that buffers of several segments come too.
            SequencePosition kept = result.Buffer.GetPosition(result.Buffer.Length / 2);
            at = file.GetOffset(kept);
            reader.AdvanceTo(kept, result.Buffer.End);
            Assert.Equal(at, file.GetOffset(kept));
        }

        reader.Complete();
    }

    [Fact]
    public void APositionOfASequenceLeaseHasItsOffset()
    {
        MappedFile file = OpenSample(4 * Granule, 0);
        using SequenceLease one = file.LeaseSequence(100, 50), several = file.LeaseSequence(100, 3 * Granule);
        Assert.Equal(110, file.GetOffset(one.Sequence.GetPosition(10)));
        Assert.Equal(100 + 2L * Granule, file.GetOffset(several.Sequence.GetPosition(2 * Granule)));
    }

    [Fact]
    public void APositionOfSomethingElseIsRefused()
    {
        MappedFile file = OpenSample(Granule), other = OpenSample(Granule);
        using SequenceLease lease = other.LeaseSequence(0, 50);
        foreach (SequencePosition wrong in (
            SequencePosition[])[default, lease.Sequence.Start, new ReadOnlySequence<byte>(new byte[5]).Start,
                new(lease.Sequence.Start.GetObject(), 51), new(lease.Sequence.Start.GetObject(), -1)])
        {
            Assert.Throws<ArgumentOutOfRangeException>("position", () => file.GetOffset(wrong));
        }

        Assert.Throws<ArgumentOutOfRangeException>("position", () =>
            other.GetOffset(new(lease.Sequence.Start.GetObject(), 51)));
    }
}
