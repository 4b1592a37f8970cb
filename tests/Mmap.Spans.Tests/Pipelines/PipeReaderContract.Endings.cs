using System.Buffers;
using System.IO.Pipelines;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <content>Cancelling, completing, and handing the rest to another reader.</content>
public abstract partial class PipeReaderContract
{
    [Fact]
    public void CancellationsCoalesceAndShowOnceWithWhatIsThere()
    {
        PipeReader reader = Create(s_content);
        reader.CancelPendingRead();
        reader.CancelPendingRead();
        ReadResult result = reader.ReadNow();
        Assert.True(result.IsCanceled);
        AssertShows(result, 0, Traits.ShowsAllAtOnce ? First : 0);
        reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        result = reader.ReadNow();
        Assert.False(result.IsCanceled);
        AssertShows(result, 0, First);

        reader.AdvanceTo(result.Buffer.GetPosition(5), result.Buffer.End);
        reader.CancelPendingRead();
        Assert.True(reader.TryRead(out result));
        Assert.True(result.IsCanceled);
        AssertShows(result, 5, Traits.KeepsWhatIsShown ? First - 5 : 0);
        result = reader.ReadNow();
        Assert.False(result.IsCanceled);
        AssertGrown(result, 5, First - 5);
        reader.Complete();
    }

    [Fact]
    public void CancellingWhenAllIsConsumedShowsAnEmptyCanceledRead()
    {
        PipeReader reader = Create(s_content);
        RestOf(reader, 0);
        reader.CancelPendingRead();
        Assert.True(reader.TryRead(out ReadResult result));
        Assert.True(result.IsCanceled);
        Assert.True(result.Buffer.IsEmpty);
        if (Traits.KnowsTheEnd) Assert.True(result.IsCompleted);
        Assert.False(reader.TryRead(out _));
        reader.Complete();
    }

    [Fact]
    public async Task CancellingEndsReadAtLeastAndCopying()
    {
        PipeReader reader = Create(s_content);
        reader.CancelPendingRead();
        ReadResult result = await reader.ReadAtLeastAsync(int.MaxValue, TestContext.Current.CancellationToken);
        Assert.True(result.IsCanceled);

        reader.CancelPendingRead();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            reader.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
        result = reader.ReadNow();
        Assert.Equal(!Traits.CopyingTakesCancel, result.IsCanceled);
        if (result.IsCanceled) result = reader.ReadNow();
        AssertShows(result, 0, First);
        reader.Complete();
    }

    [Fact]
    public async Task ACompletedReaderRefusesToRead()
    {
        PipeReader reader = Create(s_content);
        SequencePosition start = reader.ReadNow().Buffer.Start;
        reader.Complete();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync(s_canceled));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAtLeastAsync(1));
        Assert.Throws<InvalidOperationException>(() => reader.TryRead(out _));
        Assert.Throws<InvalidOperationException>(() => reader.AdvanceTo(start));
        Assert.Throws<InvalidOperationException>(() => reader.AdvanceTo(start, start));
        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task CompletingAndCancellingMayBeRepeated()
    {
        PipeReader reader = Create(s_content);
        reader.ReadNow();
        reader.Complete();
        reader.Complete();
        reader.Complete(new IOException());
        await reader.CompleteAsync();
        reader.CancelPendingRead();
        Assert.Equal(0, LiveLeases);
    }

    [Fact]
    public async Task CopyingChecksItsArguments()
    {
        PipeReader reader = Create(s_content);
        await Assert.ThrowsAsync<ArgumentNullException>("destination", () => reader.CopyToAsync((Stream)null!));
        await Assert.ThrowsAsync<ArgumentNullException>("destination", () => reader.CopyToAsync((PipeWriter)null!));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.CopyToAsync(Stream.Null, s_canceled));
        AssertShows(reader.ReadNow(), 0, First);
        reader.Complete();
    }

    [Fact]
    public async Task CopyingToAStreamGivesTheRest()
    {
        PipeReader reader = Create(s_content);
        reader.AdvanceTo(reader.ReadNow().Buffer.GetPosition(5));
        var copy = new MemoryStream();
        await reader.CopyToAsync(copy, TestContext.Current.CancellationToken);
        Assert.Equal(s_content[5..], copy.ToArray());
        if (Traits.CopyingConsumes) await AssertNothingLeft(reader);
        reader.Complete();
    }

    [Fact]
    public async Task CopyingToAWriterGivesTheRest()
    {
        PipeReader reader = Create(s_content);
        reader.AdvanceTo(reader.ReadNow().Buffer.GetPosition(5));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await reader.CopyToAsync(pipe.Writer, TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();
        Assert.Equal(s_content[5..], pipe.Reader.ReadNow().Buffer.ToArray());
        if (Traits.CopyingConsumes) await AssertNothingLeft(reader);
        reader.Complete();
    }

    [Fact]
    public async Task TheStreamOfAReaderReadsFromItAndCompletesIt()
    {
        PipeReader reader = Create(s_content);
        Stream stream = reader.AsStream();
        Assert.Same(stream, reader.AsStream());
        byte[] bytes = new byte[7];
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken));
        Assert.Equal(7, await stream.ReadAsync(bytes, TestContext.Current.CancellationToken));
        Assert.Equal(s_content[..7], bytes);
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, TestContext.Current.CancellationToken));
        AssertShows(reader.ReadNow(), 7, First - 7);

        var rest = new MemoryStream();
        await stream.CopyToAsync(rest, TestContext.Current.CancellationToken);
        Assert.Equal(s_content[7..], rest.ToArray());
        if (Traits.CopyingConsumes)
            Assert.Equal(0, await stream.ReadAsync(bytes, TestContext.Current.CancellationToken));
        await stream.DisposeAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.ReadAsync());
    }
}
