using System.IO.Pipelines;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>The part of a file that is read, and changes of the file.</summary>
public sealed class MappedPipeReaderRangeTests : LeakCheckedTest
{
    private const int Overlap = 256;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 10)]
    [InlineData(100, null)]
    [InlineData(4095, 2)]
    [InlineData(4096, 4096)]
    [InlineData(4300, 8000)]
    [InlineData(20_000, null)]
    [InlineData(20_000, 0)]
    public async Task ARangeIsReadAndNoMore(int offset, int? length)
    {
        MappedFile file = OpenSample(20_000, Overlap);
        PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { Offset = offset, Length = length });
        var copy = new MemoryStream();
        await reader.CopyToAsync(copy, TestContext.Current.CancellationToken);
        Assert.Equal(SampleFile.Bytes(offset, length ?? 20_000 - offset), copy.ToArray());
        reader.Complete();
    }

    [Fact]
    public void BadOptionsAreRefused()
    {
        MappedFile file = OpenSample(1000, Overlap);
        void Refused(string parameter, MappedPipeReaderOptions options)
        {
            var e = Assert.Throws<ArgumentOutOfRangeException>(parameter, () => file.CreatePipeReader(options));
            if (parameter != "ReadAhead") Assert.Contains(file.Path!, e.Message);
        }

        Refused("Offset", new() { Offset = -1 });
        Refused("Offset", new() { Offset = 1001 });
        Refused("Offset", new() { Offset = long.MaxValue, Length = long.MaxValue });
        Refused("Length", new() { Length = -1 });
        Refused("Length", new() { Length = 1001 });
        Refused("Length", new() { Offset = 1000, Length = 1 });
        Refused("Length", new() { Offset = 1, Length = long.MaxValue });
        Refused("ReadAhead", new() { ReadAhead = -1 });
        Assert.Equal(0, file.Manager.GetStatistics().Maps);
    }

    [Fact]
    public void AFileThatShrankIsAnErrorOfTheRead()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a mapped file be truncated.");
        MappedFile file = OpenSample(ManagerOf(Overlap), 6 * Granule, out SampleFile sample);
        PipeReader reader = file.CreatePipeReader();
        ReadResult result = reader.ReadNow();
        sample.TruncateTo(3 * Granule);

        // The region that is there reads on; the one that is now short shows what is left; then comes the error.
        SampleFile.AssertBytes(result.Buffer.FirstSpan, 0);
        reader.AdvanceTo(result.Buffer.GetPosition(Granule));
        SegmentAssert.Shows(reader.ReadNow(), Granule, (1, Granule + Overlap));
        reader.AdvanceTo(reader.ReadNow().Buffer.GetPosition(Granule));
        result = reader.ReadNow();
        Assert.False(result.IsCompleted);
        SegmentAssert.Shows(result, 2 * Granule, (2, Granule));
        reader.AdvanceTo(result.Buffer.End);
        for (int i = 0; i < 2; i++)
        {
            ValueTask<ReadResult> read = reader.ReadAsync();
            Assert.True(read.IsFaulted);
            Assert.Contains(sample.Path, Assert.Throws<FileChangedException>(() => read.Now()).Message);
        }

        Assert.Throws<FileChangedException>(() => reader.TryRead(out _));
        reader.Complete();
    }

    [Fact]
    public void ARefreshedShorterFileIsReadToItsEndAndThenAnError()
    {
        MappedFile file = OpenSample(ManagerOf(Overlap), 6 * Granule, out SampleFile sample);
        PipeReader reader = file.CreatePipeReader();
        PipeReader late = file.CreatePipeReader(new MappedPipeReaderOptions { Offset = 2 * Granule + 50 });
        sample.TruncateTo(2 * Granule + 10);
        Assert.Equal(FileChange.Shrunk, file.Refresh());

        long at = 0;
        while (at < 2 * Granule + 10)
        {
            ReadResult result = reader.ReadNow();
            Assert.False(result.IsCompleted);
            SampleFile.AssertBytes(result.Buffer.FirstSpan, at);
            at += result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
        }

        Assert.Throws<FileChangedException>(() => reader.ReadNow());
        Assert.Throws<FileChangedException>(() => late.ReadNow());
        reader.Complete();
        late.Complete();
    }

    [Fact]
    public async Task TheEndIsThatOfTheMaking()
    {
        MappedFile file = OpenSample(ManagerOf(Overlap), Granule + 10, out SampleFile sample);
        PipeReader reader = file.CreatePipeReader();
        reader.ReadNow();
        sample.GrowTo(3 * Granule);
        Assert.Equal(FileChange.Grown, file.Refresh());
        var copy = new MemoryStream();
        await reader.CopyToAsync(copy, TestContext.Current.CancellationToken);
        Assert.Equal(SampleFile.Bytes(0, Granule + 10), copy.ToArray());
        reader.Complete();
    }

    [Fact]
    public void OffsetsBeyondFourGibibytes()
    {
        const long Edge = 1L << 32;
        using var sample = SampleFile.Sparse(Edge + (32 << 20), (Edge - 5000, 10_000));
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path);
        PipeReader reader =
            file.CreatePipeReader(new MappedPipeReaderOptions { Offset = Edge - 5000, Length = 10_000 });
        ReadResult result = reader.ReadNow();
        Assert.True(result.Buffer.IsSingleSegment);
        SampleFile.AssertBytes(result.Buffer.FirstSpan, Edge - 5000);
        Assert.True(result.IsCompleted);
        reader.Complete();
    }
}
