using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mmap.Spans.Leases;

namespace Mmap.Spans;

/// <summary>
/// A file, or a range of it, as one long array of bytes. Windows are mapped and unmapped as needed. Indexing inside the
/// current window costs about a nanosecond. For one thread at a time.
/// </summary>
/// <remarks>
/// <para>There is no finalizer: a buffer that is never disposed keeps its window in memory until the process ends. If
/// you cannot dispose it, copy from the file instead: <see cref="MappedFile.CopyTo"/>,
/// <see cref="MappedFile.Read{T}(long)"/>.</para>
/// <para>It ends with its <see cref="MappedFile"/>: after that it gives only the window that it holds. Every index and
/// offset is relative to the buffer. smmap's <c>SlidingWindowMapBuffer</c>.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed class MappedBuffer : IDisposable
{
    private readonly MappedFile _file;
    private readonly long _offset;
    private readonly ILeaseRecord? _record;

    /// <summary>The window of the buffer; never copied.</summary>
    private MovingWindow _window;

    /// <summary>The part of the buffer in its window; empty without a window.</summary>
    private ShownWindow _shown;
    private bool _disposed;

    internal MappedBuffer(MappedFile file, FileRange range)
    {
        file.ThrowIfDisposed();
        _file = file;
        _record = file.Manager.Tracker?.Begin("buffer", file.Name, default);
        _window = new MovingWindow(file.Windows, _record);
        _offset = range.Offset;
        Length = range.Length;
    }

    /// <summary>The number of bytes.</summary>
    public long Length { get; }

    private string DebuggerText =>
        $"bytes {new FileRange(_offset, Length)} of '{_file.Name}'{(_disposed ? ", disposed" : "")}";

    /// <summary>Reads one byte.</summary>
    /// <param name="index">From 0 to <see cref="Length"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The index is outside the buffer.</exception>
    /// <exception cref="FileChangedException">The file was truncated before the byte.</exception>
    /// <exception cref="MapBudgetExceededException">Live leases hold the whole budget.</exception>
    /// <exception cref="IOException">The system refuses the load.</exception>
    /// <exception cref="ObjectDisposedException">The buffer is disposed; or its file or manager is, and the byte is not
    /// in its window.</exception>
    public byte this[long index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _shown.TryGet(index, out byte value) ? value : GetFar(index);
    }

    /// <summary>
    /// Reads one value, in the byte order of this machine. The bytes are taken as they are: a type without an explicit
    /// layout compiles, but its format is undefined.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="offset">The first byte, relative to this buffer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not inside the buffer.</exception>
    /// <exception cref="FileChangedException">The file was truncated before the value's last byte.</exception>
    /// <inheritdoc cref="this[long]"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Read<T>(long offset)
        where T : unmanaged =>
        _shown.TryRead(offset, out T value) ? value : ReadFar<T>(offset);

    /// <summary>Makes a buffer over a part of this one. It has its own window, and is disposed by itself.</summary>
    /// <param name="offset">The start in this buffer.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside this buffer.</exception>
    /// <exception cref="ObjectDisposedException">The buffer, its file or its manager is disposed.</exception>
    public MappedBuffer Slice(long offset, long length)
    {
        CheckRange(offset, length);
        return new MappedBuffer(_file, new FileRange(_offset + offset, length));
    }

    /// <summary>Copies bytes across windows.</summary>
    /// <param name="offset">The first byte, relative to this buffer; at most <see cref="Length"/>.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <returns>The number of bytes copied; fewer than the destination holds only at the end of the buffer.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The offset is outside the buffer.</exception>
    /// <exception cref="FileChangedException">The file was truncated before the last of the bytes.</exception>
    /// <inheritdoc cref="this[long]"/>
    public int CopyTo(long offset, Span<byte> destination)
    {
        CheckRange(offset, 0);
        int wanted = (int)Math.Min(destination.Length, Length - offset);
        for (int done = 0; done < wanted;)
        {
            ReadOnlySpan<byte> shown = Show(offset + done, wanted - done);
            int part = Math.Min(shown.Length, wanted - done);
            shown[..part].CopyTo(destination[done..]);
            _window.ThrowReleasedIfUnreadable();
            done += part;
        }

        return wanted;
    }

    /// <summary>Copies a range into a new array.</summary>
    /// <param name="offset">The first byte, relative to this buffer.</param>
    /// <param name="length">The number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the buffer.</exception>
    /// <exception cref="FileChangedException">The file was truncated before the end of the range.</exception>
    /// <inheritdoc cref="this[long]"/>
    public byte[] ToArray(long offset, int length)
    {
        CheckRange(offset, length);
        byte[] copy = GC.AllocateUninitializedArray<byte>(length);
        CopyTo(offset, copy);
        return copy;
    }

    /// <summary>Releases the window. Idempotent.</summary>
    public void Dispose()
    {
        _disposed = true;
        _shown.Hide();
        _window.Release();
        _record?.Dispose();
    }

    private T ReadFar<T>(long offset)
        where T : unmanaged
    {
        // SAFETY: a size, and no access to memory.
        CheckRange(offset, Unsafe.SizeOf<T>(), lengthName: nameof(offset));
        T value = default;
        // SAFETY: the bytes of a local, all of which the copy writes: the range was checked.
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<T>(ref value));
        if (!TryReadInstead(offset, bytes)) CopyTo(offset, bytes);
        return value;
    }

    /// <summary>
    /// Reads bytes that the window does not show, if a lease of them would be read: the window stays where it is.
    /// </summary>
    private bool TryReadInstead(long offset, Span<byte> bytes)
    {
        long at = _offset + offset;
        // Across an edge both windows may be there, and else the buffer goes on to the next one.
        if (_file.Directory.Grid.PartOf(at, bytes.Length, _file.Length) < bytes.Length) return false;
        return _file.Windows.IsToBeRead(at, bytes.Length) && _file.Windows.ReadInstead(at, bytes, bytes.Length) > 0;
    }

    private byte GetFar(long index)
    {
        CheckIndex(index);
        Span<byte> read = stackalloc byte[1];
        if (TryReadInstead(index, read)) return read[0];

        byte value = Show(index, 1)[0];
        _window.ThrowReleasedIfUnreadable();
        return value;
    }

    /// <summary>Moves to the window of a byte of the buffer.</summary>
    /// <returns>The bytes of the window from there on. For a watched window only the wanted ones, so that only bytes
    /// that were read can prove unreadable.</returns>
    private ReadOnlySpan<byte> Show(long index, int wanted)
    {
        _shown.Hide();
        if (!_window.MoveTo(_offset + index, Length - index))
            _file.Windows.ThrowShrunk(_offset + index, 1, _file.Length);
        if (_window.IsWatched)
        {
            _window.MoveTo(_offset + index, wanted);
            return _window.Span;
        }

        _shown.Show(ref _window, _offset, Length);
        return _shown.From(index);
    }

    private void CheckIndex(long index)
    {
        ThrowIfDisposed();
        if ((ulong)index >= (ulong)Length)
            throw OutOfRange(nameof(index), index, 1);
    }

    private void ThrowIfDisposed()
    {
        if (_disposed)
            throw new ObjectDisposedException(nameof(MappedBuffer), $"The buffer over '{_file.Name}' is disposed.");
    }

    private void CheckRange(long offset, long length, string lengthName = "length")
    {
        ThrowIfDisposed();
        if (offset < 0 || offset > Length)
            throw OutOfRange(nameof(offset), offset, length);
        if (length < 0 || length > Length - offset)
            throw OutOfRange(lengthName, offset, length);
    }

    private ArgumentOutOfRangeException OutOfRange(string name, long offset, long length) =>
        new(name, string.Create(CultureInfo.InvariantCulture,
            $"The range of {Amount.Bytes(length)} from {offset} is not inside the buffer of '{_file.Name}', "
            + $"which has {Amount.Bytes(Length)}."));
}
