using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Mmap.Spans;

/// <summary>
/// A file, or a range of one, as a long array of bytes: windows come and go underneath. Indexing inside the current
/// window costs about a nanosecond. Belongs to one thread at a time.
/// </summary>
/// <remarks>smmap's <c>SlidingWindowMapBuffer</c>. Every index and offset is relative to the buffer.</remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
// SAFETY: unsafe for the address of what the cursor shows; it is read only inside the length kept beside it, and both are
// cleared before the cursor moves or lets go.
public sealed unsafe class MappedBuffer : IDisposable
{
    private readonly WindowCursor _cursor;
    private readonly long _offset;

    /// <summary>What the cursor shows, relative to the buffer; empty when it shows nothing.</summary>
    private byte* _shown;
    private long _shownStart;
    private int _shownLength;
    private bool _disposed;

    internal MappedBuffer(MappedFile file, long offset, long length)
    {
        _cursor = file.CreateCursor();
        _offset = offset;
        Length = length;
    }

    /// <summary>The number of bytes.</summary>
    public long Length { get; }

    private string DebuggerText => $"bytes {new FileRange(_offset, Length)} of '{_cursor.File.Name}'{(_disposed ? ", disposed" : "")}";

    /// <summary>One byte.</summary>
    /// <param name="index">From 0 to <see cref="Length"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is outside.</exception>
    public byte this[long index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ulong at = (ulong)(index - _shownStart);
            // SAFETY: the cursor pins the region, and what it shows has _shownLength bytes from _shown.
            return at < (uint)_shownLength ? _shown[at] : Show(index)[0];
        }
    }

    /// <summary>A part of this buffer, with a window of its own.</summary>
    /// <param name="offset">Where it begins in this buffer.</param>
    /// <param name="length">Its length in bytes.</param>
    public MappedBuffer Slice(long offset, long length)
    {
        CheckRange(offset, length);
        return new MappedBuffer(_cursor.File, _offset + offset, length);
    }

    /// <summary>Copies bytes, across windows.</summary>
    /// <param name="offset">The first byte, relative to this buffer; at most <see cref="Length"/>.</param>
    /// <param name="destination">Where they go.</param>
    /// <returns>How many; fewer than the destination holds only at the end of the buffer.</returns>
    public int CopyTo(long offset, Span<byte> destination)
    {
        CheckRange(offset, 0);
        int wanted = (int)Math.Min(destination.Length, Length - offset);
        for (int done = 0; done < wanted;)
        {
            ReadOnlySpan<byte> shown = Show(offset + done);
            int part = Math.Min(shown.Length, wanted - done);
            shown[..part].CopyTo(destination[done..]);
            done += part;
        }

        return wanted;
    }

    /// <summary>Copies a range into a new array.</summary>
    public byte[] ToArray(long offset, int length)
    {
        CheckRange(offset, length);
        byte[] copy = GC.AllocateUninitializedArray<byte>(length);
        CopyTo(offset, copy);
        return copy;
    }

    /// <summary>Lets the window go for good. May be repeated.</summary>
    public void Dispose()
    {
        _disposed = true;
        Hide();
        _cursor.Dispose();
    }

    /// <summary>Moves so that a byte of the buffer is the first one shown.</summary>
    private ReadOnlySpan<byte> Show(long index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if ((ulong)index >= (ulong)Length)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The buffer of '{_cursor.File.Name}' has {Length} bytes.");

        Hide();
        if (!_cursor.MoveTo(_offset + index, Length - index))
            _cursor.File.Windows.ThrowShrunk(_offset + index, 1, _cursor.File.Length);

        ReadOnlySpan<byte> shown = _cursor.Span;
        // SAFETY: mapped memory does not move; the cursor keeps the region pinned until it moves, and Hide comes first.
        _shown = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in shown[0]));
        _shownStart = index;
        _shownLength = shown.Length;
        return shown;
    }

    private void Hide()
    {
        _shown = null;
        _shownLength = 0;
    }

    private void CheckRange(long offset, long length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (offset < 0 || offset > Length)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The buffer of '{_cursor.File.Name}' has {Length} bytes.");
        if (length < 0 || length > Length - offset)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"{length} bytes from {offset} are not inside the buffer of '{_cursor.File.Name}', which has {Length} bytes.");
    }
}
