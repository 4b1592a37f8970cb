using System.IO.Pipelines;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>Records up to the length of the overlap are never split, at any offset; all cases.</summary>
public sealed class SeamTests : LeakCheckedTest
{
    private const int Overlap = 256;

    [Fact]
    public void ARecordAtAnyPlaceAroundAnEdgeIsInOneSegment()
    {
        MappedFile file = OpenSample(3 * Granule, Overlap);
        for (int length = 1; length <= Overlap; length++)
        {
            // From wholly before the edge to wholly behind it, and on to the end of the overlap.
            for (int start = Granule - length; start <= Granule + Overlap; start++)
            {
                PipeReader reader = file.CreatePipeReader();
                ReadResult result = reader.ReadNow();
                reader.AdvanceTo(result.Buffer.GetPosition(start));
                result = reader.ReadNow();
                if (!result.Buffer.IsSingleSegment || result.Buffer.FirstSpan.Length < length)
                    Assert.Fail($"The record of {length} bytes at {start} is split.");
                SampleFile.AssertBytes(result.Buffer.FirstSpan[..length], start);

                // A caller that asks for more has a longer record; its beginning still lies in the first segment.
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                if (reader.ReadNow().Buffer.FirstSpan.Length < length)
                    Assert.Fail($"The beginning of {length} bytes at {start} is split.");
                reader.Complete();
            }
        }
    }

    [Fact]
    public void APassOfRecordsOfAnyLengthAtAnyPhaseSeesOnlySingleSegments()
    {
        MappedFile file = OpenSample(4 * Granule, Overlap);
        for (int length = 1; length <= Overlap; length++)
        {
            for (int phase = 0; phase < length; phase++)
            {
                // The phase moves the records against the edges at the ends of windows 1 and 2.
                long at = 2L * Granule - Overlap - length - phase;
                PipeReader reader =
                    file.CreatePipeReader(
                        new MappedPipeReaderOptions { Offset = at, Length = Granule + 2 * Overlap + 2 * length });
                while (true)
                {
                    ReadResult result = reader.ReadNow();
                    if (!result.Buffer.IsSingleSegment) Assert.Fail($"A record of {length} bytes at {at} is split.");
                    if (result.Buffer.FirstSpan[0] != SampleFile.At(at))
                        Assert.Fail($"The buffer at {at} begins with another byte.");
                    if (result.IsCompleted) break;
                    long whole = result.Buffer.Length / length * length;
                    Assert.NotEqual(0, whole);
                    reader.AdvanceTo(result.Buffer.GetPosition(whole), result.Buffer.End);
                    at += whole;
                }

                reader.Complete();
            }
        }
    }

    [Fact]
    public void ALongerRecordAtAnyPlaceIsWhole()
    {
        MappedFile file = OpenSample(4 * Granule, Overlap);
        // As many records with the large windows of Windows as with those of one page.
        int scale = Granule / 4096;
        for (int length = Overlap + 1; length < 2 * Granule; length += 997 * scale)
        {
            for (int start = Granule - length % Granule - 1; start <= Granule + Overlap; start += 7 * scale)
            {
                PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { Offset = start });
                ReadResult result = reader.ReadAtLeastAsync(length).Now();
                Assert.InRange(result.Buffer.Length, length, 3L * Granule + Overlap);
                long at = start;
                foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                {
                    SampleFile.AssertBytes(segment.Span, at);
                    at += segment.Length;
                }

                reader.Complete();
            }
        }
    }
}
