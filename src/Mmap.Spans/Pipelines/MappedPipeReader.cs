using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Mmap.Spans.Files;
using Mmap.Spans.Leases;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Pipelines;

/// <summary>
/// A file's windows as a <see cref="PipeReader"/>: buffers are the mapped bytes themselves. For one thread at a time,
/// except <see cref="CancelPendingRead"/>. It allocates two small objects a window and nothing a read.
/// </summary>
/// <remarks>
/// <code>
///   window k      |----------------------|~~~~~~|
///   window k+1                           |----------------------|~~~~~~|        ~~~ is the overlap
///
///   consumed here       ^                          the buffer is region k from there to its end, overlap included
///   or here                                ^       region k goes; the buffer is region k+1 from there to its end
///   all examined, not all consumed                 region k+1 is appended, from the end of region k on
/// </code>
/// So a record no longer than the overlap always lies in one segment, if the consumer stops at its first byte.
/// <para>The segments that a read shows keep their bytes, and their positions stay valid, until the next read.
/// <see cref="AdvanceTo(SequencePosition, SequencePosition)"/> releases the regions that are no longer needed, before
/// the next region is acquired. So a budget of one region is enough for a reader whose records are short.</para>
/// </remarks>
[DebuggerDisplay("at {_state.Consumed} of {_state.End}, {_misses.Windows.Name,nq}")]
internal sealed class MappedPipeReader : PipeReader
{
    private readonly Misses _misses;

    /// <summary>The reader's own use of the file, from its making to its end.</summary>
    private readonly IDisposable _use;

    /// <summary>The record of the reader's making; null if it is not tracked.</summary>
    private readonly ILeaseRecord? _record;
    private readonly long _readAheadBytes;
    private readonly BackgroundReadAhead? _ahead;
    private ReadState _state;

    /// <summary>The segments that the last read showed, linked; null before the first read and after the end.</summary>
    private MappedSegment? _first, _last;

    /// <summary>
    /// The first segment that still holds its region: it has the first unconsumed byte. Null if there is none.
    /// </summary>
    private MappedSegment? _live;

    /// <summary>1 from <see cref="CancelPendingRead"/>, on any thread, until a read reports it.</summary>
    private int _cancelRequested;
    private bool _completed;

    /// <summary>Makes a reader.</summary>
    /// <param name="misses">The file.</param>
    /// <param name="range">The range to read, inside the file.</param>
    /// <param name="readAhead">The number of windows to read ahead.</param>
    /// <param name="use">Keeps the file open; the reader disposes it.</param>
    public MappedPipeReader(Misses misses, FileRange range, int readAhead, IDisposable use)
    {
        RegionDirectory directory = misses.Windows.Directory;
        _misses = misses;
        _use = use;
        _record = misses.Tracker?.Begin("pipe reader", misses.Windows.Name, default);
        // At most the budget: bytes used later than that may have left the system's cache again.
        _readAheadBytes = Math.Min(readAhead * directory.Grid.Step, directory.Table.Budget.Mapped.Max);
        // A short range is requested at once, without another thread.
        if (_readAheadBytes > Prefetcher.ReadAtOnceBytes) _ahead = new BackgroundReadAhead(directory);
        _state = new ReadState(range.Offset, range.End);
    }

    /// <summary>The background read-ahead; null if there is none.</summary>
    internal BackgroundReadAhead? Ahead => _ahead;

    /// <summary>One past the last byte in the segments at hand.</summary>
    private long BufferEnd => _last?.EndOffset ?? _state.Consumed;

    /// <summary>Shows bytes. Completes at once, because a mapping is never awaited.</summary>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        try
        {
            return new ValueTask<ReadResult>(Read());
        }
        catch (Exception e)
        {
            return ValueTask.FromException<ReadResult>(e);
        }
    }

    /// <summary>As <see cref="ReadAsync"/>, mapping as needed; false if nothing is left.</summary>
    public override bool TryRead(out ReadResult result)
    {
        ThrowIfCompleted();
        result = Read();
        if (result.IsCanceled || !result.Buffer.IsEmpty) return true;
        result = default;
        return false;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        ThrowIfCompleted();
        // The positions of an empty buffer: nothing was consumed.
        if (consumed.GetObject() is null || examined.GetObject() is null) return;

        long consumedOffset = OffsetOf(consumed, nameof(consumed));
        long examinedOffset = OffsetOf(examined, nameof(examined));
        if (consumedOffset < _state.Consumed)
            throw new InvalidOperationException(
                $"Byte {consumedOffset} of '{_misses.Windows.Name}' was consumed before; "
                + $"the buffer begins at {_state.Consumed}.");

        ThrowReleasedIfUnreadable();
        _state.Advance(consumedOffset, examinedOffset);
        for (; _live is not null && !Serves(_live, consumedOffset); _live = _live.NextMapped) _live.End();
        NoteHeld();
    }

    /// <summary>Makes the next read report cancellation, with the bytes already in memory. For any thread.</summary>
    // Order: full; the caller's earlier writes are visible to the thread that reads the flag.
    public override void CancelPendingRead() => Interlocked.Exchange(ref _cancelRequested, 1);

    /// <summary>
    /// Releases every region, also those of a read that was not advanced past, and the file. Idempotent.
    /// </summary>
    public override void Complete(Exception? exception = null)
    {
        _completed = true;
        _ahead?.Stop();
        EndAll();
        _record?.Dispose();
        _use.Dispose();
    }

    /// <summary>Validates the options.</summary>
    /// <returns>The range of the file.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file, or an option is out of
    /// range.</exception>
    /// <exception cref="ObjectDisposedException">The file is closed.</exception>
    public static FileRange Check(FileWindows windows, MappedPipeReaderOptions options)
    {
        if (options.ReadAhead < 0)
        {
            const string Name = nameof(options.ReadAhead);
            throw FileRange.Refused(Name, options.ReadAhead, $"{Name} is at least 0.");
        }

        long length = options.Length ?? Math.Max(windows.Directory.Length - options.Offset, 0);
        windows.CheckRange(options.Offset, length, nameof(options.Offset), nameof(options.Length));
        return new FileRange(options.Offset, length);
    }

    private void EndAll()
    {
        for (; _live is not null; _live = _live.NextMapped) _live.End();
        _first = _last = null;
    }

    /// <summary>
    /// Checks if bytes of the buffer could not be read. Then it releases all of it and consumes nothing: the next read
    /// begins at the same byte, in a region loaded anew.
    /// </summary>
    private void ThrowReleasedIfUnreadable()
    {
        FileChangedException? unreadable = null;
        for (MappedSegment? segment = _live; segment is not null; segment = segment.NextMapped)
        {
            long from = Math.Max(segment.Offset, _state.Consumed);
            if (!segment.IsUnreadable(from)) continue;
            FileChangedException told = segment.DetachAndDescribe(from);
            unreadable ??= told;
        }

        if (unreadable is null) return;
        EndAll();
        throw unreadable;
    }

    private ReadResult Read()
    {
        _first = _live;
        if (_first is null) _last = null;

        bool canceled = TakeCancellation();
        if (!canceled) Fill();
        NoteHeld();
        return new ReadResult(Buffer(), canceled, BufferEnd == _state.End);
    }

    private bool TakeCancellation()
    {
        // Order: acquire, so that only a cancelled read pays for the exchange. Stale: the next read reports it.
        if (Volatile.Read(ref _cancelRequested) == 0) return false;
        // Order: full; of any number of requests exactly one read reports one.
        return Interlocked.Exchange(ref _cancelRequested, 0) != 0;
    }

    /// <summary>Appends segments until they show enough.</summary>
    private void Fill()
    {
        while (!_state.IsEnough(BufferEnd))
        {
            long at = BufferEnd;
            var segment = new MappedSegment(Part(at));
            _last?.Append(segment);
            _last = segment;
            _first ??= segment;
            _live ??= segment;
        }

        _state.Offer(BufferEnd);
        if (_readAheadBytes > 0) ReadAhead();
    }

    /// <summary>The window of a byte, cut at the end of the range.</summary>
    private LeasedMemory Part(long offset)
    {
        try
        {
            return _misses.Part(offset, _state.End - offset);
        }
        catch (MapBudgetExceededException e)
        {
            // The present bytes are shown once more, so that a refused consumer can continue with them and release
            // some.
            _state.TakeBackExamined();
            var unconsumed = new FileRange(_state.Consumed, offset + 1 - _state.Consumed);
            if (BudgetRefusal.OfUnconsumed(_misses.Windows.Directory, unconsumed, e) is { } own) throw own;
            throw;
        }
    }

    private void NoteHeld() =>
        _record?.Holds(_live is null ? default : new FileRange(_live.Offset, BufferEnd - _live.Offset));

    private void ReadAhead()
    {
        FileRange ahead = _state.TakeAhead(_readAheadBytes);
        if (ahead.Length == 0) return;
        if (_ahead is null) Prefetcher.Start(_misses.Windows.Directory, [ahead]);
        else _ahead.ExtendTo(_state.Offered, ahead.End);
    }

    private ReadOnlySequence<byte> Buffer() => _first is null
        ? default
        : new ReadOnlySequence<byte>(_first, (int)(_state.Consumed - _first.Offset), _last!, _last!.Memory.Length);

    /// <summary>
    /// True if the next buffer begins in that segment: it has the byte, and no newer region shows more.
    /// </summary>
    private bool Serves(MappedSegment segment, long offset) =>
        offset >= segment.Offset && offset < segment.EndOffset
        && (segment.EndOffset == _state.End || _misses.Windows.Directory.Grid.IndexOf(offset) == segment.Region.Index);

    private long OffsetOf(SequencePosition position, string parameter)
    {
        if (_first is not null && _first.TryGetOffset(position, out long offset)) return offset;
        throw new InvalidOperationException($"The position '{parameter}' is not of the buffer that was read last.");
    }

    private void ThrowIfCompleted()
    {
        if (!_completed) return;
        throw new InvalidOperationException(
            $"Reading is not allowed after the reader of '{_misses.Windows.Name}' was completed.");
    }
}
