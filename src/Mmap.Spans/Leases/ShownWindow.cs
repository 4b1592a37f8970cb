using System.Runtime.CompilerServices;

namespace Mmap.Spans.Leases;

/// <summary>
/// The bytes of a moving window's region, cut to a range of the file. A buffer or a stream reads single bytes from it,
/// backwards and forwards. Positions count from the start of the range.
/// </summary>
// SAFETY: unsafe for the address of the moving window's region. It is read only inside the length beside it. Both are
// cleared before the window moves or releases; until then the memory stays where it is.
internal unsafe struct ShownWindow
{
    private byte* _first;
    private long _start;
    private int _length;

    /// <summary>Reads one byte, if it is shown.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryGet(long position, out byte value)
    {
        ulong at = (ulong)(position - _start);
        bool isShown = at < (uint)_length;
        // SAFETY: the moving window pins the region, which has _length bytes from _first.
        value = isShown ? _first[at] : (byte)0;
        return isShown;
    }

    /// <summary>Reads one value, if all of it is shown.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool TryRead<T>(long position, out T value)
        where T : unmanaged
    {
        ulong at = (ulong)(position - _start);
        bool isShown = at < (uint)_length && sizeof(T) <= _length - (int)at;
        // SAFETY: as in TryGet; the value ends inside the length.
        value = isShown ? Unsafe.ReadUnaligned<T>(_first + at) : default;
        return isShown;
    }

    /// <summary>The shown bytes from a position on; empty if it is not shown.</summary>
    public readonly ReadOnlySpan<byte> From(long position)
    {
        ulong at = (ulong)(position - _start);
        // SAFETY: as in TryGet.
        return at < (uint)_length ? new ReadOnlySpan<byte>(_first + at, _length - (int)at) : default;
    }

    /// <summary>Shows the part of a range that a moving window's region holds.</summary>
    /// <param name="window">The moving window, moved to a byte of the range.</param>
    /// <param name="offset">The start of the range in the file.</param>
    /// <param name="length">Its length in bytes.</param>
    public void Show(ref MovingWindow window, long offset, long length)
    {
        // Under Verify only the bytes that it shows were checked, not the rest of its region.
        bool all = !window.Windows.IsVerified;
        ReadOnlySpan<byte> held = all ? window.WindowSpan : window.Span;
        long heldOffset = all ? window.WindowOffset : window.Offset;
        long from = Math.Max(heldOffset, offset), to = Math.Min(heldOffset + held.Length, offset + length);
        // SAFETY: from lies in the held bytes: the byte that was moved to is in both.
        _first = (byte*)Unsafe.AsPointer(ref Unsafe.AsRef(in held[(int)(from - heldOffset)]));
        _start = from - offset;
        _length = (int)(to - from);
    }

    /// <summary>Shows nothing. Call before the moving window moves or releases.</summary>
    public void Hide()
    {
        _first = null;
        _length = 0;
    }
}
