using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Mmap.Spans.Files;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>What our reader does beyond the contract of all readers: regions, positions, options, files that change.</summary>
public sealed class MappedPipeReaderTests : LeakCheckedTest
{
    private const int Overlap = 256;

    [Fact]
    public void StoppingInTheOverlapGivesTheNextRegionFromThatVeryByte()
    {
        PipeReader reader = OpenSample(4 * Granule, Overlap).CreatePipeReader();
        ReadResult result = reader.ReadNow();
        AssertSegments(result, 0, (0, Granule + Overlap));
        reader.AdvanceTo(result.Buffer.GetPosition(Granule + 100), result.Buffer.End);
        AssertSegments(reader.ReadNow(), Granule + 100, (1, Granule - 100 + Overlap));
        reader.Complete();
    }

    [Fact]
    public void StoppingBeforeTheOverlapKeepsTheRegion()
    {
        PipeReader reader = OpenSample(4 * Granule, Overlap).CreatePipeReader();
        ReadResult result = reader.ReadNow();
        reader.AdvanceTo(result.Buffer.GetPosition(Granule - 1));
        AssertSegments(reader.ReadNow(), Granule - 1, (0, 1 + Overlap));
        reader.Complete();
    }

    [Fact]
    public void ALongRecordGetsOneSegmentForEachRegion()
    {
        PipeReader reader = OpenSample(3 * Granule + 50, Overlap).CreatePipeReader();
        ReadResult result = reader.ReadNow();
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        result = reader.ReadNow();
        AssertSegments(result, 0, (0, Granule + Overlap), (1, Granule));
        Assert.False(result.IsCompleted);
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        result = reader.ReadNow();
        AssertSegments(result, 0, (0, Granule + Overlap), (1, Granule), (2, Granule - Overlap + 50));
        Assert.True(result.IsCompleted);
        Assert.Equal(3, LiveLeases);
        Assert.Equal(2 * Granule + 7, result.Buffer.GetOffset(result.Buffer.GetPosition(2 * Granule + 7)));

        reader.AdvanceTo(result.Buffer.GetPosition(Granule + Overlap + 1));
        Assert.Equal(2, LiveLeases);
        AssertSegments(reader.ReadNow(), Granule + Overlap + 1, (1, Granule - 1), (2, Granule - Overlap + 50));
        reader.Complete();
    }

    [Fact]
    public void WhatWasOfferedIsOfferedAgainWhenANewerRegionTakesOver()
    {
        PipeReader reader = OpenSample(5 * Granule, Overlap).CreatePipeReader();
        ReadResult result = reader.ReadNow();
        for (int i = 0; i < 2; i++)
        {
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = reader.ReadNow();
        }

        // Three regions were shown; now the first gives way to the second from inside the overlap on.
        reader.AdvanceTo(result.Buffer.GetPosition(Granule + 3));
        AssertSegments(reader.ReadNow(), Granule + 3, (1, Granule - 3 + Overlap), (2, Granule));
        reader.Complete();
    }

    [Fact]
    public void TheLastRegionIsNotGivenUpForAnEvenShorterOne()
    {
        PipeReader reader = OpenSample(Granule + 200, Overlap).CreatePipeReader();
        ReadResult result = reader.ReadNow();
        Assert.True(result.IsCompleted);
        reader.AdvanceTo(result.Buffer.GetPosition(Granule + 10));
        result = reader.ReadNow();
        AssertSegments(result, Granule + 10, (0, 190));
        Assert.True(result.IsCompleted);
        reader.Complete();
    }

    [Fact]
    public void AdvancingLetsGoWhatIsConsumed()
    {
        PipeReader reader = OpenSample(4 * Granule, Overlap).CreatePipeReader();
        Assert.Equal(0, LiveLeases);
        ReadResult result = reader.ReadNow();
        Assert.Equal(1, LiveLeases);
        reader.AdvanceTo(result.Buffer.GetPosition(10));
        Assert.Equal(1, LiveLeases);
        reader.AdvanceTo(result.Buffer.GetPosition(Granule));
        Assert.Equal(0, LiveLeases);
        result = reader.ReadNow();
        reader.AdvanceTo(result.Buffer.End);
        Assert.Equal(0, LiveLeases);
    }

    [Fact]
    public void AdvancingTwiceToTheEndIsAllowed()
    {
        PipeReader reader = OpenSample(4 * Granule, Overlap).CreatePipeReader();
        ReadResult result = reader.ReadNow();
        reader.AdvanceTo(result.Buffer.End);
        reader.AdvanceTo(result.Buffer.End, result.Buffer.End);
        AssertSegments(reader.ReadNow(), Granule + Overlap, (1, Granule));
        reader.Complete();
    }

    [Fact]
    public void OnlyPositionsOfTheLastReadAreTaken()
    {
        MappedFile file = OpenSample(4 * Granule, Overlap);
        PipeReader reader = file.CreatePipeReader(), other = file.CreatePipeReader();
        using SequenceLease sequence = file.LeaseSequence(0, 4 * Granule);
        SequencePosition stale = reader.ReadNow().Buffer.End;
        reader.AdvanceTo(reader.ReadNow().Buffer.GetPosition(Granule + 3));
        ReadResult result = reader.ReadNow();
        SequencePosition good = result.Buffer.GetPosition(5);

        SequencePosition[] wrong = [stale, other.ReadNow().Buffer.End, sequence.Sequence.End, new ReadOnlySequence<byte>(new byte[9]).Start, new(result.Buffer.End.GetObject(), int.MaxValue), new(result.Buffer.End.GetObject(), -1)];
        foreach (SequencePosition position in wrong)
        {
            Assert.Throws<InvalidOperationException>(() => reader.AdvanceTo(position));
            Assert.Throws<InvalidOperationException>(() => reader.AdvanceTo(good, position));
            Assert.Throws<InvalidOperationException>(() => reader.AdvanceTo(position, good));
        }

        AssertSegments(reader.ReadNow(), Granule + 3, (1, Granule - 3 + Overlap));
        reader.AdvanceTo(good);
        Assert.Throws<InvalidOperationException>(() => reader.AdvanceTo(result.Buffer.Start));
        AssertSegments(reader.ReadNow(), Granule + 8, (1, Granule - 8 + Overlap));
        reader.Complete();
        other.Complete();
    }

    [Fact]
    public void AMemoryKeptTooLongThrowsAndShowsNoOtherBytes()
    {
        MappedFile file = OpenSample(6 * Granule, Overlap);
        PipeReader reader = file.CreatePipeReader();
        var kept = new List<(long Offset, ReadOnlySequence<byte> Buffer)>();
        for (long at = 0; at < file.Length; at += Granule)
        {
            ReadResult result = reader.ReadNow();
            kept.Add((at, result.Buffer));
            AssertSegments(result, at, ((int)(at / Granule), (int)result.Buffer.Length));
            foreach ((_, ReadOnlySequence<byte> old) in kept[..^1]) Assert.Throws<ObjectDisposedException>(() => old.ToArray());
            reader.AdvanceTo(result.Buffer.GetPosition(Granule / 2));
            SampleFile.AssertBytes(result.Buffer.FirstSpan, at);
            reader.AdvanceTo(reader.ReadNow().Buffer.GetPosition(Granule / 2));
        }

        reader.Complete();
        foreach ((_, ReadOnlySequence<byte> old) in kept) Assert.Throws<ObjectDisposedException>(() => old.ToArray());
    }

    [Fact]
    public void CompletingLetsGoOfAnOutstandingRead()
    {
        PipeReader reader = OpenSample(4 * Granule, Overlap).CreatePipeReader();
        ReadResult result = reader.ReadNow();
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        result = reader.ReadNow();
        Assert.Equal(2, LiveLeases);
        reader.Complete();
        Assert.Equal(0, LiveLeases);
        Assert.Throws<ObjectDisposedException>(() => result.Buffer.ToArray());
    }

    [Fact]
    public void AHandleKeepsTheBytesAfterCompletion()
    {
        MappedFile file = OpenSample(2 * Granule, Overlap);
        PipeReader reader = file.CreatePipeReader();
        using (MemoryHandle handle = reader.ReadNow().Buffer.First.Pin())
        {
            reader.Complete();
            file.Manager.Trim();
            unsafe
            {
                SampleFile.AssertBytes(new ReadOnlySpan<byte>(handle.Pointer, Granule), 0);
            }

            Assert.Equal(1, LiveLeases);
        }
    }

    [Fact]
    public void AnOutstandingReadOutlivesTrimAndItsFile()
    {
        MappedFile file = OpenSample(4 * Granule, Overlap);
        PipeReader reader = file.CreatePipeReader();
        ReadResult result = reader.ReadNow();
        file.Manager.Trim();
        file.Dispose();
        SampleFile.AssertBytes(result.Buffer.FirstSpan, 0);
        reader.AdvanceTo(result.Buffer.GetPosition(10));
        SampleFile.AssertBytes(reader.ReadNow().Buffer.FirstSpan, 10);

        reader.AdvanceTo(result.Buffer.End);
        ValueTask<ReadResult> next = reader.ReadAsync();
        Assert.True(next.IsFaulted);
        Assert.Throws<ObjectDisposedException>(() => next.Now());
        Assert.Throws<ObjectDisposedException>(() => reader.TryRead(out _));
        Assert.Throws<ObjectDisposedException>(() => file.CreatePipeReader());
        reader.Complete();
    }

    [Fact]
    public void ForgottenReadersAreReported()
    {
        MapManager manager = ManagerOf(new MapManagerOptions { WindowSize = Granule, Overlap = Overlap, TrackLeases = true });
        MappedFile file = OpenSample(manager, 3 * Granule, out SampleFile sample);
        PipeReader reader = file.CreatePipeReader();
        reader.ReadNow();
        Assert.Contains("pipe reader", manager.Dump());
        Assert.Contains(nameof(ForgottenReadersAreReported), Assert.Single(manager.Tracker!.Live).TakenAt);
        reader.AdvanceTo(reader.ReadNow().Buffer.End);
        Assert.Empty(manager.Tracker.Live);
        reader.ReadNow();
        reader.Complete();
        Assert.Empty(manager.Tracker.Live);
    }

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
    public async Task CopyingWritesTheRegionsThemselves()
    {
        PipeReader reader = OpenSample(3 * Granule + 50, Overlap).CreatePipeReader();
        var written = new RecordedParts();
        await reader.CopyToAsync(new RecordingWriter(written), TestContext.Current.CancellationToken);
        Assert.Equal([(0, Granule + Overlap), (Granule + Overlap, Granule), (2 * Granule + Overlap, Granule - Overlap + 50)], written.Parts);
        reader.Complete();

        reader = OpenSample(3 * Granule + 50, Overlap).CreatePipeReader();
        var streamed = new RecordedParts();
        await reader.CopyToAsync(new RecordingStream(streamed), TestContext.Current.CancellationToken);
        Assert.Equal(written.Parts, streamed.Parts);
        reader.Complete();
    }

    [Fact]
    public void AReadAllocatesNothing()
    {
        PipeReader reader = OpenSample(2 * Granule, Overlap).CreatePipeReader();
        reader.AdvanceTo(reader.ReadNow().Buffer.GetPosition(1));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            ReadResult result = reader.ReadNow();
            reader.AdvanceTo(result.Buffer.GetPosition(1));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        reader.Complete();
    }

    [Fact]
    public void APassAllocatesLessThanAKibibyteAWindowViewsIncluded()
    {
        const int Windows = 200;
        MapManager manager = ManagerOf(new MapManagerOptions { WindowSize = Granule, Overlap = Overlap, MaxMappedBytes = 1 });
        MappedFile file = OpenSample(manager, Windows * (long)Granule, out _, new MappedFileOptions { Backing = Backing.Map });
        PassOver(file);

        long maps = manager.GetStatistics().Maps;
        long before = GC.GetAllocatedBytesForCurrentThread();
        PassOver(file);
        long perWindow = (GC.GetAllocatedBytesForCurrentThread() - before) / Windows;
        Assert.InRange(manager.GetStatistics().Maps - maps, Windows - 2, Windows);
        TestContext.Current.TestOutputHelper?.WriteLine($"{perWindow} bytes a window");
        Assert.InRange(perWindow, 1, 1023);
    }

    [Fact]
    public void OneRegionIsEnoughForShortRecords()
    {
        MapManager manager = ManagerOf(new MapManagerOptions { WindowSize = Granule, Overlap = Overlap, MaxRegions = 1, OverBudget = OverBudget.Fail });
        PassOver(OpenSample(manager, 20 * Granule, out _));
    }

    [Fact]
    public void AFileThatShrankIsAnErrorOfTheRead()
    {
        MappedFile file = OpenSample(ManagerOf(Overlap), 6 * Granule, out SampleFile sample);
        PipeReader reader = file.CreatePipeReader();
        ReadResult result = reader.ReadNow();
        sample.TruncateTo(3 * Granule);

        // The region that is there reads on; the one that is now short, and all that are gone, are errors.
        SampleFile.AssertBytes(result.Buffer.FirstSpan, 0);
        reader.AdvanceTo(result.Buffer.GetPosition(Granule));
        AssertSegments(reader.ReadNow(), Granule, (1, Granule + Overlap));
        reader.AdvanceTo(reader.ReadNow().Buffer.GetPosition(Granule));
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
        PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { Offset = Edge - 5000, Length = 10_000 });
        ReadResult result = reader.ReadNow();
        Assert.True(result.Buffer.IsSingleSegment);
        SampleFile.AssertBytes(result.Buffer.FirstSpan, Edge - 5000);
        Assert.True(result.IsCompleted);
        reader.Complete();
    }

    [Fact]
    public async Task AnyThreadMayCancel()
    {
        MappedFile file = OpenSample(64 * Granule, Overlap);
        PipeReader reader = file.CreatePipeReader();
        const int Requests = 2_000;
        Task cancelling = Task.Run(() =>
        {
            for (int i = 0; i < Requests; i++) reader.CancelPendingRead();
        }, TestContext.Current.CancellationToken);

        int shown = 0;
        long at = 0;
        bool done = false;
        while (!done)
        {
            // To the end of the requests at least, and then once more.
            done = cancelling.IsCompleted;
            ReadResult result = reader.ReadNow();
            if (result.IsCanceled) shown++;
            if (!result.Buffer.IsEmpty) Assert.Equal(SampleFile.At(at), result.Buffer.FirstSpan[0]);
            long part = Math.Min(result.Buffer.Length, 7);
            reader.AdvanceTo(result.Buffer.GetPosition(part));
            at += part;
        }

        await cancelling;
        Assert.InRange(shown, 1, Requests);
        Assert.False(reader.ReadNow().IsCanceled);
        reader.Complete();
    }

    [Fact]
    public void WindowsAheadAreAskedForOnceAndOnlyInsideTheRange()
    {
        MappedFile real = OpenSample(8 * Granule, Overlap);
        var backing = new RecordingBacking(real.Directory.Backing);
        var directory = new RegionDirectory(real.Manager.Table, real.Directory.Grid, backing, "recorded", real.Length);
        var file = new MappedFile(real.Manager, new FileEntry(default, null!, directory), null, MappedFileOptions.Default);

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

    /// <summary>Reads as a parser of records of 200 bytes does: to the last whole record, and then sees no more.</summary>
    private static void PassOver(MappedFile file)
    {
        PipeReader reader = file.CreatePipeReader();
        while (true)
        {
            ReadResult result = reader.ReadNow();
            Assert.True(result.Buffer.IsSingleSegment);
            if (result.IsCompleted) break;
            reader.AdvanceTo(result.Buffer.GetPosition(result.Buffer.Length / 200 * 200), result.Buffer.End);
        }

        reader.Complete();
    }

    /// <summary>Fails unless the buffer begins at an offset and has just those segments: window, and length.</summary>
    private static void AssertSegments(ReadResult result, long offset, params (int Window, int Length)[] expected)
    {
        var found = new List<(int, int)>();
        foreach (ReadOnlyMemory<byte> segment in result.Buffer)
        {
            Assert.True(MemoryMarshal.TryGetMemoryManager(segment, out LeasedMemory? leased));
            found.Add(((int)leased.Region.Index, segment.Length));
            SampleFile.AssertBytes(segment.Span, offset);
            offset += segment.Length;
        }

        Assert.Equal(expected, found);
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
