using System.Diagnostics;
using System.Runtime.CompilerServices;
using Mmap.Spans.Diagnostics;
using Mmap.Spans.Files;
using Mmap.Spans.Regions;

namespace Mmap.Spans;

/// <summary>
/// A moving view over one file: it holds one region at a time and shows a range of it. Moving inside the region costs
/// about a nanosecond. Belongs to one thread at a time.
/// </summary>
/// <remarks>smmap's <c>WindowCursor</c>. A cursor lives as long as it likes; it is not bound to its
/// <see cref="MappedFile"/> being undisposed, except to move to a region that it does not hold.</remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed class WindowCursor : IDisposable
{
    private readonly RegionDirectory _directory;
    private readonly bool _once;

    /// <summary>The pinned region, or null.</summary>
    private Region? _region;
    private LeaseRecord? _record;

    /// <summary>The region's range in the file; empty without a region, so that no offset is inside.</summary>
    private long _regionStart;
    private int _regionLength;

    /// <summary>The part of the region that no other window serves better: all but the overlap.</summary>
    private int _ownLength;

    /// <summary>One past the last byte that is given without asking; 0 where every range is verified.</summary>
    private long _givenEnd;

    /// <summary>The file's length when the region was taken; another one now means that it may cover more.</summary>
    private long _fileLength;

    /// <summary>What of a watched region was shown since that was last looked at, as offsets in the file.</summary>
    private long _shownFrom, _shownTo;

    private int _start;
    private int _length;
    private bool _disposed;

    /// <param name="file">The file.</param>
    /// <param name="once">Whether it passes over the windows; see <see cref="Files.FileWindows.AcquirePart"/>.</param>
    internal WindowCursor(MappedFile file, bool once = false)
    {
        File = file;
        _once = once;
        _directory = file.Directory;
    }

    /// <summary>The file.</summary>
    public MappedFile File { get; }

    /// <summary>
    /// Whether the cursor shows at least one byte: false before the first move, past the end, and after
    /// <see cref="Release"/>.
    /// </summary>
    public bool IsValid => _length > 0;

    /// <summary>The offset in the file of the first byte shown; 0 if not valid.</summary>
    public long Offset => IsValid ? _regionStart + _start : 0;

    /// <summary>One past the offset in the file of the last byte shown; 0 if not valid.</summary>
    public long End => IsValid ? _regionStart + _start + _length : 0;

    /// <summary>The number of bytes shown.</summary>
    public int Length => _length;

    /// <summary>Whether the file is as long as it was when the cursor last moved out of its window.</summary>
    internal bool IsCurrent
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _directory.Length == _fileLength;
    }

    /// <summary>
    /// The bytes shown. Valid until the next <see cref="MoveTo"/>, <see cref="Release"/> or <see cref="Dispose"/>;
    /// empty if not valid.
    /// </summary>
    public ReadOnlySpan<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _region is { } region ? region.Bytes(_regionStart + _start, _length) : default;
    }

    /// <summary>
    /// The offset in the file of the first byte of <see cref="WindowSpan"/>; 0 if the cursor holds no window.
    /// </summary>
    public long WindowOffset => _regionStart;

    /// <summary>
    /// The whole window that the cursor holds, its overlap included, so that a step back inside it needs no move. Valid
    /// as long as <see cref="Span"/> is; empty after <see cref="Release"/>. With <see cref="MappedFileOptions.Verify"/>
    /// only what <see cref="Span"/> shows was checked.
    /// </summary>
    public ReadOnlySpan<byte> WindowSpan
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (_region is not { } region) return default;
            (_shownFrom, _shownTo) = (_regionStart, _regionStart + _regionLength);
            return region.Bytes(_regionStart, _regionLength);
        }
    }

    /// <summary>Whether bytes of the region may turn out to be unreadable.</summary>
    internal bool IsWatched => _region?.Memory.Watch is not null;

    /// <summary>Whether a system call that is handed the bytes shown fails for want of some of them.</summary>
    internal bool HasLostPages => _region is { } region && FileWindows.HasLostPages(region, Offset, _length);

    private bool IsUnreadable =>
        _region is { } region && UnreadableBytes.AreIn(region, _shownFrom, _shownTo - _shownFrom);

    private string DebuggerText =>
        (_disposed ? "disposed" : IsValid ? $"bytes {new FileRange(Offset, Length)}" : "not valid") + $" of '{File.Name}'";

    /// <summary>
    /// Shows as much of <c>[offset, offset + length)</c> as one region gives, which is at least the overlap unless the
    /// file or the range ends before. After an exception the cursor shows nothing and can be moved again.
    /// </summary>
    /// <returns>False, and not valid then, if <paramref name="offset"/> is at or past the end of the file or
    /// <paramref name="length"/> is 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative.</exception>
    /// <inheritdoc cref="MappedFile.LeaseSpan"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveTo(long offset, long length = long.MaxValue)
    {
        // Inside the region: no pin is touched. Without a region its own part is empty, and a length below 1 goes the
        // slow way, as everything wrong does.
        ulong at = (ulong)(offset - _regionStart);
        if (at < (uint)_ownLength && length > 0 && IsCurrent)
        {
            _start = (int)at;
            _length = (int)Math.Min(length, _regionLength - (int)at);
            return true;
        }

        return MoveFar(offset, length);
    }

    /// <summary>
    /// The bytes of a range, exactly as many as are asked for. Inside the window that the cursor holds they cost about
    /// a nanosecond, and the cursor shows what it showed; elsewhere it moves there first. A range that no window holds
    /// is mapped for this cursor alone.
    /// </summary>
    /// <remarks>Where each read is in another window, <see cref="MappedFile.LeaseSpan"/> is quicker.</remarks>
    /// <param name="offset">The first byte, counted from the start of the file.</param>
    /// <param name="length">The number of bytes; 0 is allowed, and moves nowhere.</param>
    /// <returns>The bytes. Valid until the cursor next moves to another window, <see cref="Release"/> or
    /// <see cref="Dispose"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    /// <inheritdoc cref="MappedFile.LeaseSpan"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> GetSpan(long offset, int length)
    {
        // A negative length, taken as unsigned, is longer than any region. A file of another length now asks again.
        if (_region is { } region && offset >= _regionStart && (ulong)(offset + (uint)length) <= (ulong)_givenEnd
            && IsCurrent)
        {
            return region.Bytes(offset, length);
        }

        return GetSpanFar(offset, length);
    }

    /// <summary>Whether the byte at an offset of the file is among those shown.</summary>
    public bool Contains(long offset) => (ulong)(offset - _regionStart - _start) < (ulong)_length;

    /// <summary>Says so if some of the bytes shown could not be read so far and zeroes stand for them.</summary>
    /// <remarks>
    /// Only under <see cref="Backing.TruncationSafe"/> can that be; elsewhere it does nothing. There the next move and
    /// <see cref="Release"/> say so as well, but <see cref="Dispose"/> does not.
    /// </remarks>
    /// <exception cref="FileChangedException">Some of the bytes could not be read.</exception>
    /// <exception cref="ObjectDisposedException">The cursor is disposed.</exception>
    public void ThrowIfUnreadable()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (IsUnreadable) throw UnreadableBytes.Tell(_region!, _shownFrom, _shownTo - _shownFrom);
    }

    /// <summary>Lets the region go; the cursor stays on its file and is not valid. May be repeated.</summary>
    /// <exception cref="FileChangedException">Under <see cref="Backing.TruncationSafe"/>: some of the bytes shown could
    /// not be read, and zeroes stood for them. The region is let go all the same.</exception>
    public void Release()
    {
        ThrowReleasedIfUnreadable();
        LetGo();
    }

    /// <summary>
    /// A second cursor that shows the same bytes, with a pin of its own; not valid if this one is not.
    /// </summary>
    /// <remarks>
    /// The pin is taken as by <see cref="MoveTo"/>. So a valid cursor cannot be cloned any more when its
    /// <see cref="MappedFile"/> or the manager is disposed, though it still shows its bytes; one that is not valid can.
    /// If the file was refreshed since this cursor moved, the clone shows what there is now of the same range.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">This cursor is disposed; or it is valid, and its file or the manager
    /// is disposed.</exception>
    /// <exception cref="FileChangedException">The file has become shorter than the bytes shown.</exception>
    /// <exception cref="MapBudgetExceededException">Live leases hold all there may be.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    public WindowCursor Clone()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var clone = new WindowCursor(File);
        if (IsValid) clone.MoveTo(Offset, _length);
        return clone;
    }

    /// <summary>Lets the region go for good. May be repeated.</summary>
    public void Dispose()
    {
        LetGo();
        _disposed = true;
    }

    /// <summary>
    /// As <see cref="ThrowIfUnreadable"/>, with the region let go before it throws: what is wanted next is loaded anew.
    /// </summary>
    internal void ThrowReleasedIfUnreadable()
    {
        if (IsUnreadable) throw ReleaseUnreadable();
    }

    /// <summary>Lets the region go, of which bytes shown could not be read.</summary>
    /// <returns>What is to be thrown then.</returns>
    internal FileChangedException ReleaseUnreadable()
    {
        (Region region, long offset, long length) = (_region!, _shownFrom, _shownTo - _shownFrom);
        LetGo();
        return UnreadableBytes.Tell(region, offset, length);
    }

    private void LetGo()
    {
        _start = _length = _regionLength = _ownLength = 0;
        _regionStart = _givenEnd = _shownFrom = _shownTo = 0;
        if (_region is not { } region) return;
        _region = null;
        _record?.Dispose();
        _record = null;
        region.Directory.Table.Release(region);
    }

    private ReadOnlySpan<byte> GetSpanFar(long offset, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        File.Windows.CheckRange(offset, length);
        if (length == 0) return default;

        ThrowReleasedIfUnreadable();
        if (GivesMore(offset, length)) return _region!.Bytes(offset, length);

        long fileLength = _directory.Length;
        if (_directory.Grid.PartOf(offset, length, fileLength) < length)
        {
            LetGo();
            Hold(File.Windows.Acquire(offset, length));
            _fileLength = fileLength;
            _start = (int)(offset - _regionStart);
            _length = length;
            (_shownFrom, _shownTo) = (offset, offset + length);
        }
        else if (!MoveFar(offset, length) || _length < length)
        {
            LetGo();
            File.Windows.ThrowShrunk(offset, length, _directory.Backing.Length);
        }

        return Span[..length];
    }

    /// <summary>Whether a watched region at hand gives a range beside what it shows.</summary>
    private bool GivesMore(long offset, int length)
    {
        if (!IsWatched || File.Windows.IsVerified || !IsCurrent || !_region!.Holds(offset, length)) return false;
        if (UnreadableBytes.AreIn(_region, offset, length)) return false;
        _shownFrom = Math.Min(_shownFrom, offset);
        _shownTo = Math.Max(_shownTo, offset + length);
        return true;
    }

    private bool MoveFar(long offset, long length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        File.Windows.CheckNotNegative(offset, length);
        ThrowReleasedIfUnreadable();

        long fileLength = _directory.Length;
        // What the offset's own window could show at best. In its overlap the region at hand may do as well.
        int available = _directory.Grid.PartOf(offset, length, fileLength);
        if (available == 0)
        {
            LetGo();
            return false;
        }

        // A region that reaches past the end is of the time before the file became shorter; so is one of lost bytes.
        if (_region is null || offset < _regionStart || offset + available > _regionStart + _regionLength
            || _regionStart + _regionLength > fileLength || File.Windows.IsVerified
            || UnreadableBytes.AreIn(_region, offset, Math.Min(length, _regionStart + _regionLength - offset)))
        {
            // First out, then in: with a budget of one region the other order could never move.
            LetGo();
            Hold(File.Windows.AcquirePart(offset, ref available, passing: _once));
        }

        _fileLength = fileLength;
        _start = (int)(offset - _regionStart);
        _length = File.Windows.IsVerified ? available : (int)Math.Min(length, _regionLength - _start);
        (_shownFrom, _shownTo) = (offset, offset + _length);
        return true;
    }

    private void Hold(Region region)
    {
        _region = region;
        _regionStart = region.Start;
        _regionLength = region.Length;
        // With none of its own, every move asks whether the bytes are there, and were.
        bool given = !File.Windows.IsVerified && region.Memory.Watch is null;
        _givenEnd = given ? _regionStart + _regionLength : 0;
        long own = region.IsExact ? _regionLength - _directory.Grid.Overlap : _directory.Grid.Step;
        _ownLength = given ? (int)Math.Clamp(own, 0, _regionLength) : 0;
        _record = File.Manager.Tracker?.Begin("cursor", File.Name, region.Range);
    }
}
