using System.Diagnostics;
using System.Runtime.CompilerServices;
using Mmap.Spans.Diagnostics;
using Mmap.Spans.Regions;

namespace Mmap.Spans;

/// <summary>
/// A moving view over one file: it holds one region at a time and shows a range of it. Moving inside the region costs
/// about a nanosecond. Belongs to one thread at a time.
/// </summary>
/// <remarks>smmap's <c>WindowCursor</c>. A cursor lives as long as it likes; it is not bound to its <see cref="MappedFile"/>
/// being undisposed, except to move to a region that it does not hold.</remarks>
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

    /// <summary>The file's length when the region was taken; another one now means that it may cover more.</summary>
    private long _fileLength;

    private int _start;
    private int _length;
    private bool _disposed;

    /// <param name="file">The file.</param>
    /// <param name="once">Whether it passes over the windows; see <see cref="MappedFile.AcquirePart"/>.</param>
    internal WindowCursor(MappedFile file, bool once = false)
    {
        File = file;
        _once = once;
        _directory = file.Directory;
    }

    /// <summary>The file.</summary>
    public MappedFile File { get; }

    /// <summary>Whether the cursor shows at least one byte: false before the first move, past the end, and after <see cref="Release"/>.</summary>
    public bool IsValid => _length > 0;

    /// <summary>The offset in the file of the first byte shown; 0 if not valid.</summary>
    public long Offset => IsValid ? _regionStart + _start : 0;

    /// <summary>One past the offset in the file of the last byte shown; 0 if not valid.</summary>
    public long End => IsValid ? _regionStart + _start + _length : 0;

    /// <summary>The number of bytes shown.</summary>
    public int Length => _length;

    /// <summary>The bytes shown. Valid until the next <see cref="MoveTo"/>, <see cref="Release"/> or <see cref="Dispose"/>; empty if not valid.</summary>
    public ReadOnlySpan<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _region is { } region ? region.Bytes(_start, _length) : default;
    }

    private string DebuggerText =>
        $"{(_disposed ? "disposed" : IsValid ? $"bytes {new FileRange(Offset, Length)}" : "not valid")} of '{File.Name}'";

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
        if (at < (uint)_ownLength && length > 0 && _directory.Length == _fileLength)
        {
            _start = (int)at;
            _length = (int)Math.Min(length, _regionLength - (int)at);
            return true;
        }

        return MoveFar(offset, length);
    }

    /// <summary>Whether the byte at an offset of the file is among those shown.</summary>
    public bool Contains(long offset) => (ulong)(offset - _regionStart - _start) < (ulong)_length;

    /// <summary>Lets the region go; the cursor stays on its file and is not valid. May be repeated.</summary>
    public void Release()
    {
        _start = _length = _regionLength = _ownLength = 0;
        if (_region is not { } region) return;
        _region = null;
        _record?.Dispose();
        _record = null;
        region.Directory.Table.Release(region);
    }

    /// <summary>A second cursor that shows the same bytes, with a pin of its own; not valid if this one is not.</summary>
    /// <remarks>
    /// The pin is taken as by <see cref="MoveTo"/>. So a valid cursor cannot be cloned any more when its
    /// <see cref="MappedFile"/> or the manager is disposed, though it still shows its bytes; one that is not valid can. If
    /// the file was refreshed since this cursor moved, the clone shows what there is now of the same range.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">This cursor is disposed; or it is valid, and its file or the manager is
    /// disposed.</exception>
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
        Release();
        _disposed = true;
    }

    private bool MoveFar(long offset, long length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        File.CheckNotNegative(offset, length);

        long fileLength = _directory.Length;
        if (offset >= fileLength || length == 0)
        {
            Release();
            return false;
        }

        // What the offset's own window could show at best. In its overlap the region at hand may do as well.
        long window = _directory.Grid.IndexOf(offset);
        long windowEnd = _directory.Grid.StartOf(window) + _directory.Grid.LengthOf(window, fileLength);
        long end = Math.Min(offset + Math.Min(length, fileLength - offset), windowEnd);
        int there = (int)(end - offset);
        // A region that reaches past the end is of the time before the file became shorter.
        if (_region is null || offset < _regionStart || end > _regionStart + _regionLength
            || _regionStart + _regionLength > fileLength || File.IsVerified)
        {
            // First out, then in: with a budget of one region the other order could never move.
            Release();
            Hold(File.AcquirePart(offset, ref there, _once));
        }

        _fileLength = fileLength;
        _start = (int)(offset - _regionStart);
        _length = File.IsVerified ? there : (int)Math.Min(length, _regionLength - _start);
        return true;
    }

    private void Hold(Region region)
    {
        _region = region;
        _regionStart = region.Start;
        _regionLength = region.Length;
        // With none of its own, every move asks whether the bytes are there.
        _ownLength = File.IsVerified ? 0 : (int)Math.Min(_directory.Grid.Step, region.Length);
        _record = File.Manager.Tracker?.Begin("cursor", File.Name, region.Range);
    }
}
