using System.Buffers;
using System.Runtime.CompilerServices;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Leases;

/// <summary>
/// The memory behind a heap lease's <see cref="ReadOnlyMemory{T}"/>: the bytes of a pinned region. They are valid until
/// the lease and every <see cref="MemoryHandle"/> on it have ended; later reads throw.
/// </summary>
/// <remarks>
/// The holder of a memory can fetch its manager and dispose it, so <see cref="Dispose"/> does nothing here; the lease
/// is another object. There is no finalizer, because a span does not keep this object alive, and may still be in use
/// when it is collected (CA2015). So a lease that is never disposed stays pinned, and is reported if leases are
/// tracked.
/// </remarks>
internal sealed class LeasedMemory : MemoryManager<byte>
{
    private const int Ended = int.MinValue;

    private readonly Region _region;

    /// <summary>The address of the first byte during the lease.</summary>
    private readonly nint _address;
    private readonly long _offset;
    private readonly int _length;

    /// <summary>The number of handles that pin the bytes; the sign bit is set when the lease has ended.</summary>
    private int _pins;

    /// <summary>Takes over the caller's reference on the region.</summary>
    public LeasedMemory(Region region, long offset, int length, IDisposable? record = null)
        : this(region, region.AddressOf(offset), offset, length, record)
    {
    }

    /// <summary>Takes over bytes that were read for it, and their memory.</summary>
    /// <param name="copies">The region that stands for the copies of the file.</param>
    /// <param name="address">The address of the bytes, from <see cref="CopyWhenFull.TryRent"/>.</param>
    /// <param name="offset">The first byte in the file.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="record">The record of a tracked lease; null otherwise.</param>
    public LeasedMemory(Region copies, nint address, long offset, int length, IDisposable? record)
    {
        _region = copies;
        _address = address;
        _offset = offset;
        _length = length;
        Record = record;
    }

    public Region Region => _region;

    public long Offset => _offset;

    public int Length => _length;

    /// <summary>The record of a tracked lease; null otherwise.</summary>
    public IDisposable? Record { get; }

    /// <summary>True if the lease has ended.</summary>
    public bool HasEnded => Pins < 0;

    // Order: acquire, so that no byte is read before the lease was seen to live. Stale: the exchange of a pin or an end
    // compares this very value, and an old one costs one more turn.
    private int Pins => Volatile.Read(ref _pins);

    /// <summary>The memory; never throws, even after the end.</summary>
    public override Memory<byte> Memory => CreateMemory(_length);

    public override Span<byte> GetSpan()
    {
        // Stale: a read while another thread ends the lease breaks the rule of leases.
        if (Pins < 0) ThrowEnded();
        // SAFETY: until _pins says Ended, this object pins the region or owns the copied bytes. The range was checked
        // against the region; a copy was made for exactly this range.
        unsafe
        {
            return new Span<byte>((byte*)_address, _length);
        }
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        if ((uint)elementIndex > (uint)_length)
            throw FileRange.Refused(nameof(elementIndex), elementIndex, $"The lease has {Amount.Bytes(_length)}.");
        int seen = Pins;
        while (true)
        {
            if (seen < 0) ThrowEnded();
            // Order: full; a lease that ends meanwhile sees the pin, or has made this fail.
            int found = Interlocked.CompareExchange(ref _pins, seen + 1, seen);
            if (found == seen) break;
            seen = found;
        }

        // SAFETY: pinned by the count just taken; elementIndex is at most the length.
        unsafe
        {
            return new MemoryHandle((byte*)_address + elementIndex, pinnable: this);
        }
    }

    public override void Unpin()
    {
        int seen = Pins;
        while ((seen & ~Ended) != 0)
        {
            // Order: full; reads through the handle come before it.
            int found = Interlocked.CompareExchange(ref _pins, seen - 1, seen);
            if (found == seen)
            {
                if (seen - 1 == Ended) GiveBack();
                return;
            }

            seen = found;
        }

        // A handle is a struct, and a copy of it may unpin once more; nothing is left to end.
    }

    /// <exception cref="ObjectDisposedException">The lease has ended.</exception>
    public void ThrowIfEnded()
    {
        if (HasEnded) ThrowEnded();
    }

    /// <summary>Ends the lease. The last handle on the bytes releases the region.</summary>
    /// <param name="tells">True to throw if some of the bytes could not be read.</param>
    /// <returns>True if the caller must check for unreadable bytes; false if the lease had ended before.</returns>
    /// <exception cref="FileChangedException">Some could not be read, and <paramref name="tells"/> is true.</exception>
    public bool End(bool tells = false)
    {
        int seen = Pins;
        while (seen >= 0)
        {
            // Order: full; reads of the bytes come before it.
            int found = Interlocked.CompareExchange(ref _pins, seen | Ended, seen);
            if (found == seen)
            {
                Record?.Dispose();
                if (seen == 0 && !GiveBack()) return false;
                if (tells) ThrowIfUnreadable();
                return _region.Memory.Watch is not null;
            }

            seen = found;
        }

        return false;
    }

    /// <summary>Does nothing: the lease owns the bytes, not the holder of this object.</summary>
    protected override void Dispose(bool disposing)
    {
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowIfUnreadable() => UnreadableBytes.ThrowIfIn(_region, _offset, _length);

    private bool GiveBack()
    {
        // An empty lease holds a region of no table.
        if (_region.Directory.Table is not { } table) return false;
        if (!_region.IsForCopies) return table.Release(_region);
        table.Copies!.Return(_address, _offset, _length);
        return false;
    }

    private void ThrowEnded()
    {
        string which = $"The lease of bytes {new FileRange(_offset, _length)} of '{_region.Directory.Name}'";
        throw new ObjectDisposedException(nameof(MemoryLease), which + " has ended.");
    }
}
