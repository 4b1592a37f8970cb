using System.Buffers;
using System.IO.Pipelines;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>Two readers of the same bytes that take the same steps, ours and one to compare it with.</summary>
internal sealed class ReaderPair(PipeReader ours, PipeReader theirs, ReaderTraits traits, byte[] content)
{
    /// <summary>The buffer of each since its last read; null if there is no buffer to advance in.</summary>
    private ReadOnlySequence<byte>? _ours, _theirs;
    private long _consumed;

    /// <summary>
    /// True if everything that ours showed was examined, so that it must show more; and the length of that.
    /// </summary>
    private bool _mustGrow;
    private long _shownEnd;
    private bool _completed;

    public void Take(Step step)
    {
        switch (step.Kind)
        {
            case Kind.Read: Read(reader => reader.ReadNow()); break;
            case Kind.TryRead: TryRead(); break;
            case Kind.ReadAtLeast: ReadAtLeast(step.Consumed); break;
            case Kind.Advance: Advance(step.Consumed, step.Examined); break;
            case Kind.AdvanceNowhere: AdvanceNowhere(); break;
            case Kind.AdvanceElsewhere: AdvanceElsewhere(); break;
            case Kind.Cancel: Both(reader => reader.CancelPendingRead()); break;
            case Kind.CanceledRead: CanceledRead(); break;
            case Kind.Complete: Complete(); break;
        }
    }

    public void Complete()
    {
        Both(reader => reader.Complete());
        _completed = true;
        _ours = _theirs = null;
    }

    private void Read(Func<PipeReader, ReadResult> read)
    {
        if (!Both(reader => read(reader), out ReadResult mine, out ReadResult its)) return;

        Assert.Equal(its.IsCanceled, mine.IsCanceled);
        Show(mine, its);
    }

    /// <summary>Compares what both show; both were either cancelled or not.</summary>
    private void Show(ReadResult mine, ReadResult its)
    {
        AssertShown(mine);
        AssertShown(its);
        long end = _consumed + mine.Buffer.Length;
        Assert.Equal(end == content.Length, mine.IsCompleted);
        if (its.IsCompleted) Assert.Equal(content.Length, _consumed + its.Buffer.Length);
        if (traits.KnowsTheEnd) Assert.Equal(_consumed + its.Buffer.Length == content.Length, its.IsCompleted);
        if (traits.ShowsAllAtOnce) Assert.InRange(mine.Buffer.Length, 0, its.Buffer.Length);

        // A cancelled read shows what is there and looks for no more.
        if (!mine.IsCanceled)
        {
            if (_consumed < content.Length) Assert.False(mine.Buffer.IsEmpty);
            if (_mustGrow && _shownEnd < content.Length) Assert.InRange(end, _shownEnd + 1, content.Length);
            Assert.InRange(end, _shownEnd, content.Length);
            _mustGrow = false;
        }

        _shownEnd = Math.Max(_shownEnd, end);
        _ours = mine.Buffer;
        _theirs = its.Buffer;
    }

    private void TryRead()
    {
        bool mineRead = false, itsRead = false;
        if (!Both(reader =>
            {
                bool read = reader.TryRead(out ReadResult result);
                if (ReferenceEquals(reader, ours)) mineRead = read;
                else itsRead = read;
                return result;
            }, out ReadResult mine, out ReadResult its)) return;

        if (mineRead && !itsRead)
        {
            // Its buffer is empty and it does not read by itself: let it catch up.
            Assert.False(traits.TryReadMayRead);
            its = theirs.ReadNow();
            itsRead = true;
        }

        if (mineRead != itsRead)
        {
            // It shows its end once more, empty, where it did not know of it.
            Assert.False(traits.KnowsTheEnd);
            Assert.Equal(content.Length, _consumed);
            Assert.True(its.Buffer.IsEmpty);
            return;
        }

        if (mineRead)
        {
            Assert.Equal(its.IsCanceled, mine.IsCanceled);
            Show(mine, its);
        }
        else
        {
            Assert.Equal(content.Length, _consumed);
            Assert.True(mine.Buffer.IsEmpty);
            Assert.False(mine.IsCompleted);
        }
    }

    private void ReadAtLeast(int count)
    {
        if (!Both(reader => reader.ReadAtLeastAsync(count).Now(), out ReadResult mine, out ReadResult its)) return;

        Assert.Equal(its.IsCanceled, mine.IsCanceled);
        if (!mine.IsCanceled)
            Assert.InRange(mine.Buffer.Length, Math.Min(count, content.Length - _consumed), content.Length);
        // It advances on the way, so how much is shown is its own affair, and that all was examined is not.
        Show(mine, its);
    }

    private void Advance(int consumed, int examined)
    {
        if (_ours is not { } mine || _theirs is not { } its) return;

        long shown = Math.Min(mine.Length, its.Length);
        long consume = Math.Min(consumed, shown);
        bool all = examined == int.MaxValue || examined >= mine.Length || examined >= its.Length
            || consume == mine.Length || consume == its.Length;
        long examine = Math.Max(examined, consume);
        ours.AdvanceTo(mine.GetPosition(consume), all ? mine.End : mine.GetPosition(examine));
        theirs.AdvanceTo(its.GetPosition(consume), all ? its.End : its.GetPosition(examine));
        _consumed += consume;
        // The buffer was empty, so nothing was examined: the positions were nowhere.
        if (!mine.IsEmpty) _mustGrow = all;
        _ours = _theirs = null;
    }

    private void AdvanceNowhere()
    {
        if (_completed || traits.NowhereIsNothing) Both(reader => reader.AdvanceTo(default));
        else ours.AdvanceTo(default);
    }

    private void AdvanceElsewhere()
    {
        SequencePosition elsewhere = SegmentedBytes.Of(new byte[10], 20).End;
        if (_completed)
        {
            Both(reader => reader.AdvanceTo(elsewhere));
            return;
        }

        Assert.Throws<InvalidOperationException>(() => ours.AdvanceTo(elsewhere));
    }

    private void CanceledRead()
    {
        Exception? mine = Record.Exception(() => ours.ReadAsync(new CancellationToken(canceled: true)).Now());
        Assert.IsType(_completed ? typeof(InvalidOperationException) : typeof(TaskCanceledException), mine);
        // The one that looks at no token would read, and use up a cancellation.
        if (traits.HonoursTokens)
            Assert.IsType(
                mine.GetType(), Record.Exception(() => theirs.ReadAsync(new CancellationToken(canceled: true)).Now()));
    }

    private void AssertShown(ReadResult result) =>
        Assert.True(result.Buffer.ToArray().AsSpan()
            .SequenceEqual(content.AsSpan((int)_consumed, (int)result.Buffer.Length)), "Other bytes are shown.");

    /// <summary>Does the same with both; both throw the same, or nothing.</summary>
    private void Both(Action<PipeReader> use) => Both(reader =>
    {
        use(reader);
        return default(ReadResult);
    }, out _, out _);

    private bool Both(Func<PipeReader, ReadResult> use, out ReadResult mine, out ReadResult its)
    {
        ReadResult first = default, second = default;
        Exception? mineThrown = Record.Exception(() => { first = use(ours); });
        Exception? itsThrown = Record.Exception(() => { second = use(theirs); });
        (mine, its) = (first, second);
        Assert.Equal(itsThrown?.GetType(), mineThrown?.GetType());
        if (mineThrown is not null) Assert.True(_completed, $"{mineThrown}");
        return mineThrown is null;
    }
}
