using System.Runtime.CompilerServices;
using Mmap.Spans.Files;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Leases;

/// <summary>
/// A view that moves over one file: it pins one region at a time and shows a range of it. Cursors, buffers and streams
/// use it. For one thread at a time. A copy would share the pin, so it is never copied.
/// </summary>
/// <param name="windows">The file.</param>
/// <param name="record">The record of its owner, which ends it; null if it is not tracked.</param>
/// <param name="once">True if it passes over the windows once; see <see cref="FileWindows.AcquirePart"/>.</param>
internal struct MovingWindow(FileWindows windows, ILeaseRecord? record, bool once = false)
{
    private readonly FileWindows _windows = windows;
    private readonly ILeaseRecord? _record = record;
    private readonly RegionDirectory _directory = windows.Directory;
    private readonly bool _once = once;

    /// <summary>The pinned region, or null.</summary>
    private Region? _region;

    /// <summary>
    /// The region's start in the file; without a region its range is empty, so that no offset is inside.
    /// </summary>
    private long _regionStart;
    private int _regionLength;

    /// <summary>The part of the region that no other window serves better: all but the overlap.</summary>
    private int _ownLength;

    /// <summary>One past the last byte that needs no check; 0 if every range is verified.</summary>
    private long _givenEnd;

    /// <summary>
    /// The file's length when the region was taken. A different length now means that a region may cover more.
    /// </summary>
    private long _fileLength;

    /// <summary>The part of a watched region shown since its last check, as offsets in the file.</summary>
    private long _shownFrom, _shownTo;

    private int _start;
    private int _length;

    /// <summary>The rule for the available part of a range.</summary>
    public readonly FileWindows Windows => _windows;

    /// <summary>The offset in the file of the first byte shown; 0 if none is shown.</summary>
    public readonly long Offset => _length > 0 ? _regionStart + _start : 0;

    /// <summary>The number of bytes shown.</summary>
    public readonly int Length => _length;

    /// <summary>True if the file is as long as when this last moved to another region.</summary>
    public readonly bool IsCurrent
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _directory.Length == _fileLength;
    }

    /// <summary>The bytes shown.</summary>
    public readonly ReadOnlySpan<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _region is { } region ? region.Bytes(_regionStart + _start, _length) : default;
    }

    /// <summary>The offset in the file of the region's first byte; 0 if there is none.</summary>
    public readonly long WindowOffset => _regionStart;

    /// <summary>All bytes of the region, which count as shown from now on.</summary>
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

    /// <summary>True if bytes of the region may prove unreadable.</summary>
    public readonly bool IsWatched => _region?.Memory.Watch is not null;

    /// <summary>True if a system call on the shown bytes would fail because some of them are lost.</summary>
    public readonly bool HasLostPages => _region is { } region && FileWindows.HasLostPages(region, Offset, _length);

    private readonly bool IsUnreadable =>
        _region is { } region && UnreadableBytes.AreIn(region, _shownFrom, _shownTo - _shownFrom);

    /// <summary>True if the byte at an offset of the file is shown.</summary>
    public readonly bool Contains(long offset) => (ulong)(offset - _regionStart - _start) < (ulong)_length;

    /// <summary>
    /// Shows the part of a range that the region at hand gives, if its first byte is the region's own.
    /// </summary>
    /// <returns>False, with nothing changed, if it is not.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryMoveInside(long offset, long length)
    {
        // No pin is touched. Without a region its own part is empty. Lengths below 1 take the slow way, as all errors
        // do.
        ulong at = (ulong)(offset - _regionStart);
        if (at >= (uint)_ownLength || length <= 0 || !IsCurrent) return false;
        _start = (int)at;
        _length = (int)Math.Min(length, _regionLength - (int)at);
        return true;
    }

    /// <summary>
    /// The bytes of a range, if the region at hand gives them without a check; the shown range stays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryGive(long offset, int length, out ReadOnlySpan<byte> bytes)
    {
        // A negative length, as unsigned, is longer than any region. A changed file length takes the slow way.
        if (_region is { } region && offset >= _regionStart && (ulong)(offset + (uint)length) <= (ulong)_givenEnd
            && IsCurrent)
        {
            bytes = region.Bytes(offset, length);
            return true;
        }

        bytes = default;
        return false;
    }

    /// <summary>
    /// Shows the part of a range that one region gives, at least a byte. After an exception it shows nothing and can be
    /// moved again.
    /// </summary>
    /// <returns>False, with nothing shown, if the range is empty or begins at or past the end of the file.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveTo(long offset, long length) => TryMoveInside(offset, length) || MoveFar(offset, length);

    /// <summary>As <see cref="MoveTo"/>, if the region at hand may not suffice.</summary>
    public bool MoveFar(long offset, long length)
    {
        _windows.CheckNotNegative(offset, length);
        ThrowReleasedIfUnreadable();

        long fileLength = _directory.Length;
        // The most that the offset's own window could show. In its overlap the region at hand may suffice.
        int available = _directory.Grid.PartOf(offset, length, fileLength);
        if (available == 0)
        {
            Release();
            return false;
        }

        // A region that reaches past the end is from before the truncation; so is one with lost bytes.
        if (_region is null || offset < _regionStart || offset + available > _regionStart + _regionLength
            || _regionStart + _regionLength > fileLength || _windows.IsVerified
            || UnreadableBytes.AreIn(_region, offset, Math.Min(length, _regionStart + _regionLength - offset)))
        {
            // Release before acquiring: with a budget of one region the other order could never move.
            Release();
            Hold(_windows.AcquirePart(offset, ref available, passing: _once));
        }

        _fileLength = fileLength;
        _start = (int)(offset - _regionStart);
        _length = _windows.IsVerified ? available : (int)Math.Min(length, _regionLength - _start);
        (_shownFrom, _shownTo) = (offset, offset + _length);
        return true;
    }

    /// <summary>All bytes of a range that the region at hand does not give without a check.</summary>
    public ReadOnlySpan<byte> GetSpanFar(long offset, int length)
    {
        _windows.CheckRange(offset, length);
        if (length == 0) return default;

        ThrowReleasedIfUnreadable();
        if (GivesMore(offset, length)) return _region!.Bytes(offset, length);

        long fileLength = _directory.Length;
        if (_directory.Grid.PartOf(offset, length, fileLength) < length)
        {
            Release();
            Hold(_windows.Acquire(offset, length));
            _fileLength = fileLength;
            _start = (int)(offset - _regionStart);
            _length = length;
            (_shownFrom, _shownTo) = (offset, offset + length);
        }
        else if (!MoveFar(offset, length) || _length < length)
        {
            Release();
            long lengthNow = _directory.Backing.Length;
            _windows.ThrowShrunk(offset, length, lengthNow);
        }

        return Span[..length];
    }

    /// <summary>Throws if some of the bytes shown could not be read so far, so that zeroes stand for them.</summary>
    /// <exception cref="FileChangedException">Some of the bytes could not be read.</exception>
    public readonly void ThrowIfUnreadable()
    {
        if (IsUnreadable) throw UnreadableBytes.DetachAndDescribe(_region!, _shownFrom, _shownTo - _shownFrom);
    }

    /// <summary>
    /// As <see cref="ThrowIfUnreadable"/>, but releases the region before it throws, so that the next move loads anew.
    /// </summary>
    public void ThrowReleasedIfUnreadable()
    {
        if (IsUnreadable) throw ReleaseUnreadable();
    }

    /// <summary>Releases a region with unreadable bytes.</summary>
    /// <returns>The exception to throw.</returns>
    public FileChangedException ReleaseUnreadable()
    {
        (Region region, long offset, long length) = (_region!, _shownFrom, _shownTo - _shownFrom);
        Release();
        return UnreadableBytes.DetachAndDescribe(region, offset, length);
    }

    /// <summary>Releases the region without a check of its bytes, and shows nothing. Idempotent.</summary>
    public void Release()
    {
        _start = _length = _regionLength = _ownLength = 0;
        _regionStart = _givenEnd = _shownFrom = _shownTo = 0;
        if (_region is not { } region) return;
        _region = null;
        _record?.Holds(default);
        region.Directory.Table.Release(region);
    }

    /// <summary>True if a watched region holds a range beyond the part that it shows.</summary>
    private bool GivesMore(long offset, int length)
    {
        if (!IsWatched || _windows.IsVerified || !IsCurrent || !_region!.Holds(offset, length)) return false;
        if (UnreadableBytes.AreIn(_region, offset, length)) return false;
        _shownFrom = Math.Min(_shownFrom, offset);
        _shownTo = Math.Max(_shownTo, offset + length);
        return true;
    }

    private void Hold(Region region)
    {
        _region = region;
        _regionStart = region.Start;
        _regionLength = region.Length;
        // Without such a part, every move checks that the bytes exist, and did.
        bool given = !_windows.IsVerified && region.Memory.Watch is null;
        _givenEnd = given ? _regionStart + _regionLength : 0;
        long own = region.IsExact ? _regionLength - _directory.Grid.Overlap : _directory.Grid.Step;
        // Under guard every move is checked.
        _ownLength = given && !_directory.Table.SharesNothing ? (int)Math.Clamp(own, 0, _regionLength) : 0;
        _record?.Holds(region.Range);
    }
}
