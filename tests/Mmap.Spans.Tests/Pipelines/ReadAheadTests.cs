using System.IO.Pipelines;
using Mmap.Spans.Files;
using Mmap.Spans.Memory;
using Mmap.Spans.Pipelines;
using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>The requests of a reader ahead of its position.</summary>
public sealed class ReadAheadTests : LeakCheckedTest
{
    private const int Overlap = 256;

    [Fact]
    public void WindowsAheadAreAskedForOnceAndOnlyInsideTheRange()
    {
        MappedFile real = OpenSample(8 * Granule, Overlap);
        var backing = new RecordingBacking(real.Directory.Backing);
        var directory = new RegionDirectory(real.Manager.Table, real.Directory.Grid, backing, "recorded", real.Length);
        var use = new FileUse(real.Manager.Files, StampedFile.Entry(directory), path: null, isVerified: false);
        var file = new MappedFile(real.Manager, use);

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

    [Fact]
    public void NoMoreIsReadAheadThanTheBudgetHolds()
    {
        long budget = Prefetcher.ReadAtOnceBytes + 100 * Granule;
        using MapManager manager = OpenBehindASeam(4 * budget, budget, out MappedFile file, out Seam seam);
        using var asked = new System.Collections.Concurrent.BlockingCollection<FileRange>();
        seam.ReadingAhead = range =>
        {
            asked.Add(range);
            return true;
        };
        PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { ReadAhead = 1000 });
        ReadResult result = reader.ReadNow();
        Assert.True(asked.TryTake(out FileRange first, TestThread.Patience));
        Assert.Equal(new FileRange(result.Buffer.Length, budget), first);
        reader.Complete();
    }

    /// <summary>The first piece is being read when the reader is completed; the next one never begins.</summary>
    [Fact]
    public void ACompletedReaderIsReadAheadForNoMore()
    {
        const long Budget = 1L << 30;
        using MapManager manager =
            OpenBehindASeam(5 * BackgroundReadAhead.PieceBytes, Budget, out MappedFile file, out Seam seam);
        using var begun = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        int pieces = 0;
        seam.ReadingAhead = _ =>
        {
            if (Interlocked.Increment(ref pieces) > 1) return true;
            begun.Set();
            return goOn.Wait(TestThread.Patience);
        };
        PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { ReadAhead = 1 << 20 });
        reader.ReadNow();
        Assert.True(begun.Wait(TestThread.Patience));
        reader.Complete();
        // The test runs the next request of the thread that stands still.
        ((MappedPipeReader)reader).Ahead!.Execute();
        Assert.Equal(1, pieces);
        goOn.Set();
    }

    private static MapManager OpenBehindASeam(long length, long budget, out MappedFile file, out Seam seam)
    {
        Seam? made = null;
        string path = SampleFile.NewPath();
        using (FileStream sparse = File.Create(path)) sparse.SetLength(length);
        var options = new MapManagerOptions { WindowSize = Granule, Overlap = Overlap, MaxMappedBytes = budget };
        var manager = new MapManager(options) { WrapBacking = real => made = new Seam(real) };
        file = manager.Open(path, new MappedFileOptions { Backing = Backing.Map });
        seam = made!;
        File.Delete(path);
        return manager;
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
