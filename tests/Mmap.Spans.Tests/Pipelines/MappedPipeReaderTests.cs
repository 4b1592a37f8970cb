using System.Buffers;
using System.IO.Pipelines;
using Mmap.Spans.Diagnostics;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>
/// Our reader beyond the contract of all readers: the region that it shows, and the moment of its release.
/// </summary>
public sealed class MappedPipeReaderTests : LeakCheckedTest
{
    private const int Overlap = 256;

    [Fact]
    public void StoppingInTheOverlapGivesTheNextRegionFromThatVeryByte()
    {
        PipeReader reader = OpenSample(4 * Granule, Overlap).CreatePipeReader();
        ReadResult result = reader.ReadNow();
        SegmentAssert.Shows(result, 0, (0, Granule + Overlap));
        reader.AdvanceTo(result.Buffer.GetPosition(Granule + 100), result.Buffer.End);
        SegmentAssert.Shows(reader.ReadNow(), Granule + 100, (1, Granule - 100 + Overlap));
        reader.Complete();
    }

    [Fact]
    public void StoppingBeforeTheOverlapKeepsTheRegion()
    {
        PipeReader reader = OpenSample(4 * Granule, Overlap).CreatePipeReader();
        ReadResult result = reader.ReadNow();
        reader.AdvanceTo(result.Buffer.GetPosition(Granule - 1));
        SegmentAssert.Shows(reader.ReadNow(), Granule - 1, (0, 1 + Overlap));
        reader.Complete();
    }

    [Fact]
    public void ALongRecordGetsOneSegmentForEachRegion()
    {
        PipeReader reader = OpenSample(3 * Granule + 50, Overlap).CreatePipeReader();
        ReadResult result = reader.ReadNow();
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        result = reader.ReadNow();
        SegmentAssert.Shows(result, 0, (0, Granule + Overlap), (1, Granule));
        Assert.False(result.IsCompleted);
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        result = reader.ReadNow();
        SegmentAssert.Shows(result, 0, (0, Granule + Overlap), (1, Granule), (2, Granule - Overlap + 50));
        Assert.True(result.IsCompleted);
        Assert.Equal(3, LiveLeases);
        Assert.Equal(2 * Granule + 7, result.Buffer.GetOffset(result.Buffer.GetPosition(2 * Granule + 7)));

        reader.AdvanceTo(result.Buffer.GetPosition(Granule + Overlap + 1));
        Assert.Equal(2, LiveLeases);
        SegmentAssert.Shows(reader.ReadNow(), Granule + Overlap + 1, (1, Granule - 1), (2, Granule - Overlap + 50));
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
        SegmentAssert.Shows(reader.ReadNow(), Granule + 3, (1, Granule - 3 + Overlap), (2, Granule));
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
        SegmentAssert.Shows(result, Granule + 10, (0, 190));
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
        SegmentAssert.Shows(reader.ReadNow(), Granule + Overlap, (1, Granule));
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

        object? last = result.Buffer.End.GetObject();
        SequencePosition[] wrong =
        [
            stale, other.ReadNow().Buffer.End, sequence.Sequence.End, new ReadOnlySequence<byte>(new byte[9]).Start,
            new(last, int.MaxValue), new(last, -1),
        ];
        foreach (SequencePosition position in wrong)
        {
            Assert.Throws<InvalidOperationException>(() => reader.AdvanceTo(position));
            Assert.Throws<InvalidOperationException>(() => reader.AdvanceTo(good, position));
            Assert.Throws<InvalidOperationException>(() => reader.AdvanceTo(position, good));
        }

        SegmentAssert.Shows(reader.ReadNow(), Granule + 3, (1, Granule - 3 + Overlap));
        reader.AdvanceTo(good);
        Assert.Throws<InvalidOperationException>(() => reader.AdvanceTo(result.Buffer.Start));
        SegmentAssert.Shows(reader.ReadNow(), Granule + 8, (1, Granule - 8 + Overlap));
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
            SegmentAssert.Shows(result, at, ((int)(at / Granule), (int)result.Buffer.Length));
            foreach ((_, ReadOnlySequence<byte> old) in kept[..^1])
                Assert.Throws<ObjectDisposedException>(() => old.ToArray());
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
        SampleFile.AssertBytes(reader.ReadNow().Buffer.FirstSpan, Granule + Overlap);
        Assert.Throws<ObjectDisposedException>(() => file.CreatePipeReader());
        reader.Complete();
    }

    [Fact]
    public void ForgottenReadersAreReported()
    {
        MapManager manager =
            ManagerOf(new MapManagerOptions { WindowSize = Granule, Overlap = Overlap, TrackLeases = true });
        MappedFile file = OpenSample(manager, 3 * Granule, out SampleFile sample);
        PipeReader reader = file.CreatePipeReader();
        reader.ReadNow();
        Assert.Contains($"pipe reader of bytes [0, {Granule + Overlap})", manager.Dump());
        TrackedLease tracked = Assert.Single(manager.Tracker!.Live, lease => lease.Kind != "file");
        Assert.Contains(nameof(ForgottenReadersAreReported), tracked.TakenAt);
        reader.AdvanceTo(reader.ReadNow().Buffer.End);
        Assert.Equal(default, tracked.Range);
        reader.ReadNow();
        Assert.Equal(Granule + Overlap, tracked.Range.Offset);
        reader.Complete();
        Assert.DoesNotContain(tracked, manager.Tracker.Live);
    }

    [Fact]
    public async Task WhoIsRefusedMoreGoesOnWithWhatThereIs()
    {
        MapManager manager = ManagerOf(new MapManagerOptions
        {
            WindowSize = Granule,
            Overlap = 0,
            MaxMappedBytes = Granule,
            OverBudget = OverBudget.Fail,
        });
        MappedFile file = OpenSample(manager, 4 * Granule, out _, new MappedFileOptions { Backing = Backing.Map });
        PipeReader reader = file.CreatePipeReader();
        CancellationToken token = TestContext.Current.CancellationToken;

        for (int window = 0; window < 3; window++)
        {
            await Assert.ThrowsAsync<MapBudgetExceededException>(
                async () => await reader.ReadAtLeastAsync(Granule + 10, token));
            ReadResult result = await reader.ReadAsync(token);
            SampleFile.AssertBytes(result.Buffer.ToArray(), window * Granule);
            Assert.Equal(Granule, result.Buffer.Length);
            reader.AdvanceTo(result.Buffer.End);
        }

        Assert.Equal(Granule, (await reader.ReadAtLeastAsync(Granule, token)).Buffer.Length);
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
}
