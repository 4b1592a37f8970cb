using System.Buffers;
using System.IO.Pipelines;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>The contract of every reader of bytes, except for the traits in <see cref="ReaderTraits"/>.</summary>
public abstract partial class PipeReaderContract : LeakCheckedTest
{
    /// <summary>Some windows and a rest.</summary>
    private static readonly byte[] s_content = SampleFile.Bytes(0, 3 * Granule + 100);

    private static readonly CancellationToken s_canceled = new(canceled: true);

    protected abstract ReaderTraits Traits { get; }

    /// <summary>The bytes that a first read shows of a longer content.</summary>
    protected abstract int Chunk { get; }

    protected abstract PipeReader Create(byte[] content);

    private int First => Traits.ShowsAllAtOnce ? s_content.Length : Chunk;

    [Fact]
    public void TheFirstReadCompletesAtOnceWithTheFirstChunk()
    {
        PipeReader reader = Create(s_content);
        ValueTask<ReadResult> read = reader.ReadAsync(TestContext.Current.CancellationToken);
        Assert.True(read.IsCompletedSuccessfully);
        AssertShows(read.Now(), 0, First);
        reader.Complete();
    }

    [Fact]
    public void TheFirstTryReadShowsTheFirstChunk()
    {
        PipeReader reader = Create(s_content);
        Assert.Equal(Traits.TryReadMayRead, reader.TryRead(out ReadResult result));
        if (Traits.TryReadMayRead) AssertShows(result, 0, First);
        reader.Complete();
    }

    [Fact]
    public async Task ACanceledTokenCancelsARead()
    {
        PipeReader reader = Create(s_content);
        if (Traits.HonoursTokens)
        {
            TaskCanceledException e =
                await Assert.ThrowsAsync<TaskCanceledException>(async () => await reader.ReadAsync(s_canceled));
            Assert.Equal(s_canceled, e.CancellationToken);
            await Assert.ThrowsAsync<TaskCanceledException>(async () => await reader.ReadAtLeastAsync(0, s_canceled));
        }
        else
        {
            AssertShows(await reader.ReadAsync(s_canceled), 0, First);
            AssertShows(await reader.ReadAtLeastAsync(0, s_canceled), 0, First);
        }

        AssertShows(reader.ReadNow(), 0, First);
        reader.Complete();
    }

    [Fact]
    public void ReadingAgainWithoutAdvancingShowsTheSame()
    {
        PipeReader reader = Create(s_content);
        ReadResult first = reader.ReadNow();
        AssertShows(reader.ReadNow(), 0, First);
        Assert.True(reader.TryRead(out ReadResult third));
        AssertShows(third, 0, First);
        AssertShows(first, 0, First);
        reader.AdvanceTo(first.Buffer.GetPosition(10));
        AssertShows(reader.ReadNow(), 10, First - 10);
        reader.Complete();
    }

    [Fact]
    public void AdvancingWithoutAReadOrTwiceIsAllowed()
    {
        PipeReader reader = Create(s_content);
        reader.AdvanceTo(default);
        ReadResult result = reader.ReadNow();
        SequencePosition five = result.Buffer.GetPosition(5);
        reader.AdvanceTo(five);
        reader.AdvanceTo(five);
        AssertShows(reader.ReadNow(), 5, First - 5);
        reader.Complete();
    }

    [Fact]
    public void AdvancingToNowhereDoesNothing()
    {
        PipeReader reader = Create(s_content);
        reader.ReadNow();
        reader.AdvanceTo(default);
        AssertShows(reader.ReadNow(), 0, First);
        reader.AdvanceTo(default, reader.ReadNow().Buffer.End);
        AssertShows(reader.ReadNow(), 0, First);
        if (!Traits.NowhereIsNothing) return;
        reader.AdvanceTo(reader.ReadNow().Buffer.GetPosition(5));
        reader.AdvanceTo(default);
        AssertShows(reader.ReadNow(), 5, First - 5);
        reader.Complete();
    }

    [Fact]
    public void ExaminedBeforeConsumedCountsAsConsumed()
    {
        PipeReader reader = Create(s_content);
        ReadResult result = reader.ReadNow();
        reader.AdvanceTo(result.Buffer.GetPosition(20), result.Buffer.GetPosition(10));
        AssertShows(reader.ReadNow(), 20, First - 20);
        reader.Complete();
    }

    [Fact]
    public void NothingExaminedShowsTheSameWithoutMore()
    {
        PipeReader reader = Create(s_content);
        for (int i = 0; i < 3; i++)
        {
            ReadResult result = reader.ReadNow();
            AssertShows(result, 0, First);
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
        }

        reader.Complete();
    }

    [Fact]
    public void AfterConsumingAFewBytesTheRestOfTheChunkIsShown()
    {
        PipeReader reader = Create(s_content);
        reader.AdvanceTo(reader.ReadNow().Buffer.GetPosition(5));
        Assert.True(reader.TryRead(out ReadResult result));
        AssertShows(result, 5, First - 5);
        reader.Complete();
    }

    [Fact]
    public void ExaminingEverythingBringsMoreByTryRead()
    {
        PipeReader reader = Create(s_content);
        ReadResult result = reader.ReadNow();
        reader.AdvanceTo(result.Buffer.GetPosition(5), result.Buffer.End);
        Assert.Equal(Traits.TryReadMayRead, reader.TryRead(out result));
        if (Traits.TryReadMayRead) AssertGrown(result, 5, First - 5);
        AssertGrown(reader.ReadNow(), 5, First - 5);
        reader.Complete();
    }

    [Fact]
    public void ExaminingEverythingBringsMoreByRead()
    {
        PipeReader reader = Create(s_content);
        ReadResult result = reader.ReadNow();
        reader.AdvanceTo(result.Buffer.GetPosition(5), result.Buffer.End);
        AssertGrown(reader.ReadNow(), 5, First - 5);
        reader.Complete();
    }

    [Fact]
    public void ExaminingEverythingWithoutConsumingEndsWithEverything()
    {
        PipeReader reader = Create(s_content);
        int reads = 0;
        ReadResult result;
        while (!(result = reader.ReadNow()).IsCompleted)
        {
            Assert.True(++reads < 100, "The reader gives no more.");
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }

        AssertShows(result, 0, s_content.Length);
        reader.Complete();
    }

    [Fact]
    public async Task NothingIsLeftWhenAllIsConsumed()
    {
        PipeReader reader = Create(s_content);
        Assert.Equal(s_content.Length, RestOf(reader, 0));
        await AssertNothingLeft(reader);
        reader.Complete();
    }

    [Fact]
    public async Task AnEmptyContentIsCompletedAtOnce()
    {
        PipeReader reader = Create([]);
        await AssertNothingLeft(reader);
        ReadResult result = await reader.ReadAtLeastAsync(5, TestContext.Current.CancellationToken);
        Assert.True(result.IsCompleted);
        Assert.True(result.Buffer.IsEmpty);
        Assert.Equal(0, result.Buffer.Slice(0).Length);
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        await AssertNothingLeft(reader);
        reader.Complete();
    }

    [Fact]
    public async Task CompletionIsSaidAgainWithWhatIsLeft()
    {
        PipeReader reader = Create(s_content);
        ReadResult result = await reader.ReadAtLeastAsync(int.MaxValue, TestContext.Current.CancellationToken);
        Assert.True(result.IsCompleted);
        reader.AdvanceTo(result.Buffer.GetPosition(10));
        result = reader.ReadNow();
        AssertShows(result, 10, s_content.Length - 10);
        Assert.Equal(Traits.KnowsTheEnd, result.IsCompleted);
        reader.Complete();
    }

    [Fact]
    public async Task ReadAtLeastGivesThatManyOrAll()
    {
        foreach (int wanted in (int[])[0, 1, 30, Granule, Granule + 1, 2 * Granule + 700, s_content.Length,
            s_content.Length + 1, int.MaxValue])
        {
            PipeReader reader = Create(s_content);
            ReadResult result = await reader.ReadAtLeastAsync(wanted, TestContext.Current.CancellationToken);
            AssertShows(result, 0, (int)result.Buffer.Length);
            Assert.InRange(result.Buffer.Length, Math.Min(wanted, s_content.Length), s_content.Length);
            if (wanted > s_content.Length) Assert.True(result.IsCompleted);
            if (wanted <= First) Assert.Equal(First, result.Buffer.Length);
            reader.Complete();
        }
    }

    [Fact]
    public async Task ReadAtLeastOfANegativeCountIsRefused()
    {
        PipeReader reader = Create(s_content);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("minimumSize", async () =>
            await reader.ReadAtLeastAsync(-1));
        reader.Complete();
    }

    [Fact]
    public void APositionOfSomethingElseIsRefused()
    {
        PipeReader reader = Create(s_content);
        reader.ReadNow();
        var other = new ReadOnlySequence<byte>(new byte[10]);
        Assert.Throws(Traits.PositionElsewhere, () => reader.AdvanceTo(other.Start));
        AssertShows(reader.ReadNow(), 0, First);
        reader.Complete();
    }

    [Fact]
    public void APositionBeforeTheBufferIsRefused()
    {
        PipeReader reader = Create(s_content);
        ReadResult result = reader.ReadNow();
        reader.AdvanceTo(result.Buffer.GetPosition(10));
        reader.ReadNow();
        if (Traits.PositionConsumed is null)
        {
            reader.AdvanceTo(result.Buffer.GetPosition(5));
        }
        else
        {
            Assert.Throws(Traits.PositionConsumed, () => reader.AdvanceTo(result.Buffer.GetPosition(5)));
            AssertShows(reader.ReadNow(), 10, First - 10);
        }

        reader.Complete();
    }

    [Fact]
    public void NoBufferHasAnEmptySegment()
    {
        PipeReader reader = Create(s_content);
        foreach (int step in (int[])[1, Granule - 1, 1, 255, 1, Granule, Granule / 2])
        {
            ReadResult result = reader.ReadNow();
            foreach (ReadOnlyMemory<byte> segment in result.Buffer) Assert.NotEqual(0, segment.Length);
            long part = Math.Min(step, result.Buffer.Length);
            reader.AdvanceTo(result.Buffer.GetPosition(part), result.Buffer.End);
        }

        reader.Complete();
    }

    private static void AssertShows(ReadResult result, int offset, int length)
    {
        Assert.Equal(length, result.Buffer.Length);
        Assert.Equal(s_content[offset..(offset + length)], result.Buffer.ToArray());
    }

    /// <summary>More than before, unless it was everything.</summary>
    private void AssertGrown(ReadResult result, int offset, int before)
    {
        AssertShows(result, offset, (int)result.Buffer.Length);
        if (Traits.ShowsAllAtOnce) Assert.Equal(before, result.Buffer.Length);
        else Assert.InRange(result.Buffer.Length, before + 1, s_content.Length - offset);
    }

    private static int RestOf(PipeReader reader, int from)
    {
        int at = from;
        while (true)
        {
            ReadResult result = reader.ReadNow();
            AssertShows(result, at, (int)result.Buffer.Length);
            at += (int)result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) return at - from;
        }
    }

    private static async Task AssertNothingLeft(PipeReader reader)
    {
        ReadResult result = await reader.ReadAsync();
        Assert.True(result.Buffer.IsEmpty);
        Assert.True(result.IsCompleted);
        Assert.False(result.IsCanceled);
        Assert.False(reader.TryRead(out _));
    }
}
