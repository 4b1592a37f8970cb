using System.IO.Pipelines;
using Mmap.Spans.Files;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>What the reader asks for ahead.</summary>
public sealed class ReadAheadTests : LeakCheckedTest
{
    private const int Overlap = 256;

    [Fact]
    public void WindowsAheadAreAskedForOnceAndOnlyInsideTheRange()
    {
        MappedFile real = OpenSample(8 * Granule, Overlap);
        var backing = new RecordingBacking(real.Directory.Backing);
        var directory = new RegionDirectory(real.Manager.Table, real.Directory.Grid, backing, "recorded", real.Length);
        var file = new MappedFile(real.Manager, StampedFile.Entry(directory), null, isVerified: false);

        PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { Length = 5 * Granule, ReadAhead = 2 });
        Assert.Empty(backing.Ahead);
        ReadResult result = reader.ReadNow();
        Assert.Equal([new FileRange(Granule + Overlap, 2 * Granule)], backing.Ahead);
        reader.AdvanceTo(result.Buffer.GetPosition(10));
        result = reader.ReadNow();
        Assert.Single(backing.Ahead);
        reader.AdvanceTo(result.Buffer.End);
        result = reader.ReadNow();
        Assert.Equal(new FileRange(3 * Granule + Overlap, Granule), backing.Ahead[^1]);
        while (!result.IsCompleted)
        {
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = reader.ReadNow();
        }

        Assert.Equal(new FileRange(4 * Granule + Overlap, Granule - Overlap), backing.Ahead[^1]);
        reader.Complete();

        int asked = backing.Ahead.Count;
        reader = file.CreatePipeReader();
        reader.ReadNow();
        reader.Complete();
        Assert.Equal(asked, backing.Ahead.Count);
        real.Manager.Table.Close(directory.Close());
    }

    [Fact]
    public async Task ReadingAheadShowsTheSameBytes()
    {
        MappedFile file = OpenSample(9 * Granule + 5, Overlap);
        PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { ReadAhead = int.MaxValue });
        var copy = new MemoryStream();
        await reader.CopyToAsync(copy, TestContext.Current.CancellationToken);
        Assert.Equal(SampleFile.Bytes(0, 9 * Granule + 5), copy.ToArray());
        await reader.CompleteAsync();
    }

    /// <summary>A backing that notes what is asked for ahead.</summary>
    private sealed class RecordingBacking(IBacking real) : IBacking
    {
        public List<FileRange> Ahead { get; } = [];

        public long Length => real.Length;

        public long ChargeFor(long offset, int length) => real.ChargeFor(offset, length);

        public RegionMemory Load(long offset, int length) => real.Load(offset, length);

        public int Read(long offset, Span<byte> destination) => real.Read(offset, destination);

        public bool TryUnload(in RegionMemory memory) => real.TryUnload(memory);

        public bool TryReadAhead(long offset, long length)
        {
            Ahead.Add(new FileRange(offset, length));
            return true;
        }
    }
}
