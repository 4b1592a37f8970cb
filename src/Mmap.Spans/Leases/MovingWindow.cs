using System.Runtime.CompilerServices;
using Mmap.Spans.Files;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Leases;

/// <summary>
/// A view that moves over one file: it pins one region at a time and shows a range of it. What a cursor, a buffer and a
/// stream are made of. Belongs to one thread at a time; a copy of it shares the pin, so there is none.
/// </summary>
/// <param name="windows">The file.</param>
/// <param name="record">What is remembered of its owner, and ended by that; null if nothing is.</param>
/// <param name="once">Whether it passes over the windows; see <see cref="FileWindows.AcquirePart"/>.</param>
internal struct MovingWindow(FileWindows windows, ILeaseRecord? record, bool once = false)
{
    private readonly FileWindows _windows = windows;
    private readonly ILeaseRecord? _record = record;
    private readonly RegionDirectory _directory = windows.Directory;
    private readonly bool _once = once;

    /// <summary>The pinned region, or null.</summary>
    private Region? _region;

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

    /// <summary>What of the file is there.</summary>
    public readonly FileWindows Windows => _windows;

    /// <summary>The offset in the file of the first byte shown; 0 if none is.</summary>
    public readonly long Offset => _length > 0 ? _regionStart + _start : 0;

    /// <summary>The number of bytes shown.</summary>
    public readonly int Length => _length;

    /// <summary>Whether the file is as long as it was when this last moved to another region.</summary>
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

    /// <summary>All bytes of the region, which count as shown from then on.</summary>
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
    public readonly bool IsWatched => _region?.Memory.Watch is not null;

    /// <summary>Whether a system call that is handed the bytes shown fails for want of some of them.</summary>
    public readonly bool HasLostPages => _region is { } region && FileWindows.HasLostPages(region, Offset, _length);

    private readonly bool IsUnreadable =>
        _region is { } region && UnreadableBytes.AreIn(region, _shownFrom, _shownTo - _shownFrom);

    /// <summary>Whether the byte at an offset of the file is among those shown.</summary>
    public readonly bool Contains(long offset) => (ulong)(offset - _regionStart - _start) < (ulong)_length;

    /// <summary>Shows as much of a range as the region at hand gives, if its first byte is the region's own.</summary>
    /// <returns>False if it is not, and nothing has changed.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryMoveInside(long offset, long length)
    {
        // No pin is touched. Without a region its own part is empty, and a length below 1 goes the slow way, as
        // everything wrong does.
        ulong at = (ulong)(offset - _regionStart);
        if (at >= (uint)_ownLength || length <= 0 || !IsCurrent) return false;
        _start = (int)at;
        _length = (int)Math.Min(length, _regionLength - (int)at);
        return true;
    }

    /// <summary>
    /// The bytes of a range, if the region at hand gives them without being asked; what is shown stays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryGive(long offset, int length, out ReadOnlySpan<byte> bytes)
    {
        // A negative length, taken as unsigned, is longer than any region. A file of another length now asks again.
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
    /// Shows as much of a range as one region gives, at least a byte. After an exception it shows nothing and can be
    /// moved again.
    /// </summary>
    /// <returns>False, and nothing is shown then, if the range is empty or begins at or past the end of the
    /// file.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveTo(long offset, long length) => TryMoveInside(offset, length) || MoveFar(offset, length);

    /// <summary>As <see cref="MoveTo"/>, where the region at hand need not be enough.</summary>
    public bool MoveFar(long offset, long length)
    {
        _windows.CheckNotNegative(offset, length);
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
            || _regionStart + _regionLength > fileLength || _windows.IsVerified
            || UnreadableBytes.AreIn(_region, offset, Math.Min(length, _regionStart + _regionLength - offset)))
        {
            // First out, then in: with a budget of one region the other order could never move.
            LetGo();
            Hold(_windows.AcquirePart(offset, ref available, passing: _once));
        }

        _fileLength = fileLength;
        _start = (int)(offset - _regionStart);
        _length = _windows.IsVerified ? available : (int)Math.Min(length, _regionLength - _start);
        (_shownFrom, _shownTo) = (offset, offset + _length);
        return true;
    }

    /// <summary>The bytes of a range, all of them, that the region at hand does not give without being asked.</summary>
    public ReadOnlySpan<byte> GetSpanFar(long offset, int length)
    {
        _windows.CheckRange(offset, length);
        if (length == 0) return default;

        ThrowReleasedIfUnreadable();
        if (GivesMore(offset, length)) return _region!.Bytes(offset, length);

        long fileLength = _directory.Length;
        if (_directory.Grid.PartOf(offset, length, fileLength) < length)
        {
            LetGo();
            Hold(_windows.Acquire(offset, length));
            _fileLength = fileLength;
            _start = (int)(offset - _regionStart);
            _length = length;
            (_shownFrom, _shownTo) = (offset, offset + length);
        }
        else if (!MoveFar(offset, length) || _length < length)
        {
            LetGo();
            long lengthNow = _directory.Backing.Length;
            _windows.ThrowShrunk(offset, length, lengthNow);
        }

        return Span[..length];
    }

    /// <summary>Says so if some of the bytes shown could not be read so far and zeroes stand for them.</summary>
    /// <exception cref="FileChangedException">Some of the bytes could not be read.</exception>
    public readonly void ThrowIfUnreadable()
    {
        if (IsUnreadable) throw UnreadableBytes.Tell(_region!, _shownFrom, _shownTo - _shownFrom);
    }

    /// <summary>
    /// As <see cref="ThrowIfUnreadable"/>, with the region let go before it throws: what is wanted next is loaded anew.
    /// </summary>
    public void ThrowReleasedIfUnreadable()
    {
        if (IsUnreadable) throw ReleaseUnreadable();
    }

    /// <summary>Lets the region go, of which bytes shown could not be read.</summary>
    /// <returns>What is to be thrown then.</returns>
    public FileChangedException ReleaseUnreadable()
    {
        (Region region, long offset, long length) = (_region!, _shownFrom, _shownTo - _shownFrom);
        LetGo();
        return UnreadableBytes.Tell(region, offset, length);
    }

    /// <summary>Lets the region go without a look at its bytes, and shows nothing. Idempotent.</summary>
    public void LetGo()
    {
        _start = _length = _regionLength = _ownLength = 0;
        _regionStart = _givenEnd = _shownFrom = _shownTo = 0;
        if (_region is not { } region) return;
        _region = null;
        _record?.Holds(default);
        region.Directory.Table.Release(region);
    }

    /// <summary>Whether a watched region at hand gives a range beside what it shows.</summary>
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
        // With none of its own, every move asks whether the bytes are there, and were.
        bool given = !_windows.IsVerified && region.Memory.Watch is null;
        _givenEnd = given ? _regionStart + _regionLength : 0;
        long own = region.IsExact ? _regionLength - _directory.Grid.Overlap : _directory.Grid.Step;
        // Under guard every move is looked at.
        _ownLength = given && !_directory.Table.SharesNothing ? (int)Math.Clamp(own, 0, _regionLength) : 0;
        _record?.Holds(region.Range);
    }
}
