using System.Diagnostics;
using System.Runtime.CompilerServices;
using Mmap.Spans.Leases;

namespace Mmap.Spans;

/// <summary>
/// A moving view over one file: it holds one region at a time and shows a range of it. A move inside the region costs
/// about a nanosecond. The cursor and its spans are for one thread at a time. Under
/// <see cref="MapManagerOptions.GuardLeases"/> a second thread inside it is refused.
/// </summary>
/// <remarks>
/// <para>There is no finalizer, because its spans do not keep it alive. A cursor that is never disposed keeps its
/// region in memory until the process ends. If you cannot dispose it, copy instead: <see cref="MappedFile.CopyTo"/>,
/// <see cref="MappedFile.Read{T}(long)"/>.</para>
/// <para>It ends with its <see cref="MappedFile"/>: after that it shows the region that it holds and moves to no other.
/// smmap's <c>WindowCursor</c>.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed class WindowCursor : IDisposable
{
    /// <summary>The window of the cursor; never copied.</summary>
    private MovingWindow _window;

    /// <summary>The record of the cursor's making; null if it is not tracked.</summary>
    private readonly ILeaseRecord? _record;
    private bool _disposed;

    /// <summary>Under guard 1 while a thread is inside a call.</summary>
    private int _inside;

    internal WindowCursor(MappedFile file)
    {
        File = file;
        _record = file.Manager.Tracker?.Begin("cursor", file.Name, default);
        _window = new MovingWindow(file.Windows, _record);
    }

    /// <summary>The file.</summary>
    public MappedFile File { get; }

    /// <summary>
    /// True if the cursor shows at least one byte. False before the first move, past the end, and after
    /// <see cref="Release"/>.
    /// </summary>
    public bool IsValid => _window.Length > 0;

    /// <summary>The offset in the file of the first byte shown; 0 if not valid.</summary>
    public long Offset => _window.Offset;

    /// <summary>One past the offset in the file of the last byte shown; 0 if not valid.</summary>
    public long End => _window.Offset + _window.Length;

    /// <summary>The number of bytes shown.</summary>
    public int Length => _window.Length;

    /// <summary>
    /// The bytes shown. Valid until the next <see cref="MoveTo"/>, <see cref="Release"/> or <see cref="Dispose"/>;
    /// empty if not valid.
    /// </summary>
    public ReadOnlySpan<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _window.Span;
    }

    /// <summary>
    /// The offset in the file of the first byte of <see cref="WindowSpan"/>; 0 if the cursor holds no window.
    /// </summary>
    public long WindowOffset => _window.WindowOffset;

    /// <summary>
    /// The whole window that the cursor holds, with its overlap: a step back inside it needs no move. Valid as long as
    /// <see cref="Span"/>; empty after <see cref="Release"/>. With <see cref="MappedFileOptions.Verify"/> only the
    /// bytes of <see cref="Span"/> are checked.
    /// </summary>
    public ReadOnlySpan<byte> WindowSpan
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _window.WindowSpan;
    }

    private string DebuggerText
    {
        get
        {
            string shown = IsValid ? $"bytes {new FileRange(Offset, Length)}" : "not valid";
            return $"{(_disposed ? "disposed" : shown)} of '{File.Name}'";
        }
    }

    /// <summary>
    /// Shows the part of <c>[offset, offset + length)</c> that one region gives: at least the overlap, unless the file
    /// or the range ends before. After an exception the cursor shows nothing and can be moved again.
    /// </summary>
    /// <returns>True if the cursor shows something. False, and it is not valid, if <paramref name="offset"/> is at or
    /// past the end of the file or <paramref name="length"/> is 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative.</exception>
    /// <exception cref="InvalidOperationException">Under <see cref="MapManagerOptions.GuardLeases"/>: another thread is
    /// inside the cursor.</exception>
    /// <inheritdoc cref="MappedFile.LeaseSpan"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveTo(long offset, long length = long.MaxValue) =>
        _window.TryMoveInside(offset, length) || MoveFar(offset, length);

    /// <summary>
    /// Returns exactly the bytes of a range. Inside the held window this costs about a nanosecond, and the cursor still
    /// shows the same bytes. Elsewhere the cursor moves there first. A range that no window holds is mapped for this
    /// cursor alone.
    /// </summary>
    /// <remarks>If each read is in another window, <see cref="MappedFile.LeaseSpan"/> is quicker.</remarks>
    /// <param name="offset">The first byte, from the start of the file.</param>
    /// <param name="length">The number of bytes; 0 is allowed, and does not move the cursor.</param>
    /// <returns>The bytes. Valid until the cursor next moves to another window, <see cref="Release"/> or
    /// <see cref="Dispose"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    /// <inheritdoc cref="MappedFile.LeaseSpan"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> GetSpan(long offset, int length) =>
        _window.TryGive(offset, length, out ReadOnlySpan<byte> bytes) ? bytes : GetSpanFar(offset, length);

    /// <summary>True if the byte at an offset of the file is shown.</summary>
    public bool Contains(long offset) => _window.Contains(offset);

    /// <summary>Throws if some of the bytes shown could not be read so far, so that zeroes stand for them.</summary>
    /// <remarks>
    /// This happens only under <see cref="Backing.TruncationSafe"/>; otherwise the method does nothing. The next move
    /// and <see cref="Release"/> throw as well, but <see cref="Dispose"/> does not.
    /// </remarks>
    /// <exception cref="FileChangedException">Some of the bytes could not be read.</exception>
    /// <exception cref="ObjectDisposedException">The cursor is disposed.</exception>
    public void ThrowIfUnreadable()
    {
        ThrowIfDisposed();
        _window.ThrowIfUnreadable();
    }

    /// <summary>Releases the region; the cursor keeps its file and is not valid. Idempotent.</summary>
    /// <exception cref="FileChangedException">Under <see cref="Backing.TruncationSafe"/>: some of the bytes shown could
    /// not be read, and were zeroes. The region is released all the same.</exception>
    public void Release()
    {
        Enter();
        try
        {
            _window.ThrowReleasedIfUnreadable();
            _window.Release();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>
    /// Makes a second cursor that shows the same bytes, with its own pin; not valid if this one is not.
    /// </summary>
    /// <remarks>
    /// It pins as <see cref="MoveTo"/> does. So a valid cursor cannot be cloned after its <see cref="MappedFile"/> or
    /// manager is disposed; an invalid one can. If the file was refreshed since the last move, the clone shows the
    /// present bytes of the same range.
    /// </remarks>
    /// <exception cref="ObjectDisposedException">This cursor is disposed; or it is valid, and its file or manager is
    /// disposed.</exception>
    /// <exception cref="FileChangedException">The file was truncated before the end of the bytes shown.</exception>
    /// <exception cref="MapBudgetExceededException">Live leases hold the whole budget.</exception>
    /// <exception cref="IOException">The system refuses the load.</exception>
    public WindowCursor Clone()
    {
        ThrowIfDisposed();
        var clone = new WindowCursor(File);
        try
        {
            if (IsValid) clone.MoveTo(Offset, Length);
            return clone;
        }
        catch
        {
            clone.Dispose();
            throw;
        }
    }

    /// <summary>Releases the region. Idempotent.</summary>
    public void Dispose()
    {
        _window.Release();
        _record?.Dispose();
        _disposed = true;
    }

    private void ThrowIfDisposed()
    {
        if (_disposed)
            throw new ObjectDisposedException(nameof(WindowCursor), $"The cursor over '{File.Name}' is disposed.");
    }

    private bool MoveFar(long offset, long length)
    {
        ThrowIfDisposed();
        Enter();
        try
        {
            return _window.MoveFar(offset, length);
        }
        finally
        {
            Leave();
        }
    }

    private ReadOnlySpan<byte> GetSpanFar(long offset, int length)
    {
        ThrowIfDisposed();
        Enter();
        try
        {
            return _window.GetSpanFar(offset, length);
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Under guard, refuses a second thread inside the cursor.</summary>
    private void Enter()
    {
        if (!File.Directory.Table.SharesNothing) return;
        // Order: full; exactly one of two threads is refused.
        if (Interlocked.Exchange(ref _inside, 1) == 0) return;
        throw new InvalidOperationException($"Two threads are inside one cursor of '{File.Name}': it belongs to one "
                                            + "thread at a time. Give each its own, or lease from the file.");
    }

    // Order: release; the work inside comes before it.
    private void Leave() => Volatile.Write(ref _inside, 0);
}
