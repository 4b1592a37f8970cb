using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mmap.Spans.Files;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Leases;

/// <summary>
/// Takes the leases of one file that are no hit: loads their regions, and tracks them if that is set.
/// </summary>
/// <param name="windows">The file.</param>
/// <param name="tracker">Records the leases; null if they are not tracked.</param>
/// <param name="isGuarded">True if every lease has its own region; then span leases can be tracked, too.</param>
internal readonly struct Misses(FileWindows windows, ILeaseTracker? tracker, bool isGuarded)
{
    /// <summary>The rule for the available part of a range.</summary>
    public FileWindows Windows => windows;

    /// <summary>Records the leases; null if they are not tracked.</summary>
    public ILeaseTracker? Tracker => tracker;

    /// <summary>Leases a range as a span.</summary>
    public SpanLease Span(long offset, int length)
    {
        windows.CheckRange(offset, length);
        if (length == 0) return new SpanLease(default, SpanPin.NothingAt(offset));

        if (TryRead(offset, length, minimum: length, out SpanLease copy)) return copy;

        IDisposable? record = TrackSpan(offset, length);
        try
        {
            Region region = windows.Acquire(offset, length, forOneLease: true);
            return new SpanLease(region.Bytes(offset, length), SpanPin.FromReference(region, record));
        }
        catch
        {
            record?.Dispose();
            throw;
        }
    }

    /// <summary>Leases the part of a range that one region gives; empty at or past the end of the file.</summary>
    public SpanLease SpanUpTo(long offset, int maxLength)
    {
        windows.ThrowIfDisposed();
        windows.CheckNotNegative(offset, maxLength, nameof(maxLength));
        int part = windows.Directory.Grid.PartOf(offset, maxLength, windows.Directory.Length);
        if (part == 0) return new SpanLease(default, SpanPin.NothingAt(offset));

        // Of more than is read at once, what is promised, and at least a page.
        int minimum = Math.Max(windows.Directory.Grid.Overlap, Environment.SystemPageSize);
        int wanted = part <= SpanBuffer.LongestBytes ? part : Math.Min(part, minimum);
        return TryRead(offset, wanted, minimum: 1, out SpanLease copy) ? copy : MapUpTo(offset, part);
    }

    /// <summary>Reads a value. Across an edge without overlap it is read in two parts.</summary>
    /// <param name="hits">The directory for hits.</param>
    /// <param name="offset">The first byte.</param>
    public T Read<T>(RegionDirectory hits, long offset)
        where T : unmanaged
    {
        // SAFETY: a size, and no access to memory.
        int size = Unsafe.SizeOf<T>();
        windows.CheckRange(offset, size, lengthName: nameof(offset));
        T value = default;
        // SAFETY: the bytes of a local. Fewer than all are copied only if the file was found truncated meanwhile.
        int copied = CopyTo(hits, offset, MemoryMarshal.AsBytes(new Span<T>(ref value)));
        if (copied < size) windows.ThrowShrunk(offset, size, windows.Directory.Length);
        return value;
    }

    /// <summary>Copies a range, part by part.</summary>
    /// <param name="hits">The directory for hits.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <returns>The number of bytes; fewer than the destination holds at the end of the file.</returns>
    public int CopyTo(RegionDirectory hits, long offset, Span<byte> destination)
    {
        windows.ThrowIfDisposed();
        windows.CheckNotNegative(offset, destination.Length);
        int done = 0;
        while (done < destination.Length)
        {
            int part = CopyPart(hits, offset + done, destination[done..]);
            if (part == 0) break;
            done += part;
        }

        return done;
    }

    /// <summary>Copies what one region gives of a range, out of it or out of the file.</summary>
    /// <returns>The number of bytes; 0 at or past the end of the file.</returns>
    private int CopyPart(RegionDirectory hits, long offset, Span<byte> destination)
    {
        if (SpanPin.TryTake(hits, offset, 1, out SpanPin pin))
        {
            using var hit = new SpanLease(pin.Region!.UpTo(offset, destination.Length), pin);
            hit.Span.CopyTo(destination);
            return hit.Length;
        }

        int part = windows.Directory.Grid.PartOf(offset, destination.Length, windows.Directory.Length);
        if (part == 0) return 0;
        int read = windows.IsToBeRead(offset, part) ? windows.ReadInstead(offset, destination[..part], minimum: 1) : 0;
        if (read > 0) return read;

        using SpanLease lease = MapUpTo(offset, part);
        lease.Span.CopyTo(destination);
        return lease.Length;
    }

    private SpanLease MapUpTo(long offset, int part)
    {
        IDisposable? record = TrackSpan(offset, part);
        try
        {
            Region region = windows.AcquirePart(offset, ref part, forOneLease: true);
            return new SpanLease(region.Bytes(offset, part), SpanPin.FromReference(region, record));
        }
        catch
        {
            record?.Dispose();
            throw;
        }
    }

    /// <summary>Leases a range as a memory.</summary>
    public LeasedMemory Memory(long offset, int length)
    {
        windows.CheckRange(offset, length);
        if (length == 0) return new LeasedMemory(Region.None, offset, 0);

        IDisposable? record = Track("memory lease", offset, length);
        try
        {
            return TryRead(offset, length, record)
                ?? new LeasedMemory(windows.Acquire(offset, length, forOneLease: true), offset, length, record);
        }
        catch
        {
            record?.Dispose();
            throw;
        }
    }

    /// <summary>Leases a range, one segment a region.</summary>
    public SequenceLease Sequence(long offset, long length)
    {
        windows.CheckRange(offset, length);
        MappedSegment? first = null, last = null;
        try
        {
            for (long at = offset, end = offset + length; at < end;)
            {
                var segment = new MappedSegment(Part(at, end - at, "sequence lease"));
                last?.Append(segment);
                last = segment;
                first ??= segment;
                at = segment.EndOffset;
            }
        }
        catch (Exception e)
        {
            for (; first is not null; first = first.NextMapped) first.End();
            if (e is MapBudgetExceededException full
                && BudgetRefusal.OfSequence(windows.Directory, new FileRange(offset, length), full) is { } own)
                throw own;
            throw;
        }

        return new SequenceLease(offset, length, first, last);
    }

    /// <summary>
    /// Pins the part of a range that one region gives, from its start; at least one byte. After a truncation it gives
    /// the remaining bytes.
    /// </summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="kind">The kind of the pin's record; null if its owner has the record.</param>
    /// <param name="passing">True if the caller passes over the window; see
    /// <see cref="FileWindows.AcquirePart"/>.</param>
    public LeasedMemory Part(long offset, long length, string? kind = null, bool passing = false)
    {
        long fileLength = windows.Directory.Length;
        int part = windows.Directory.Grid.PartOf(offset, length, fileLength);
        // Another opener's refresh may have found the file truncated since the range was checked.
        if (part == 0) windows.ThrowShrunk(offset, length, fileLength);
        Region region = windows.AcquirePart(offset, ref part, passing: passing);
        return new LeasedMemory(region, offset, part, kind is null ? null : Track(kind, offset, part));
    }

    /// <summary>Reads a range into a buffer of the thread, if it is to be read and a buffer is free.</summary>
    private bool TryRead(long offset, int length, int minimum, out SpanLease lease)
    {
        lease = default;
        if (!windows.IsToBeRead(offset, length) || SpanBuffer.TryFind() is not { } buffer) return false;

        // Taken before the read, which tells listeners: one of them may lease as well, on this thread.
        long token = buffer.Take(offset);
        int read = 0;
        Span<byte> bytes = buffer.BytesFor(offset, length);
        try
        {
            read = windows.ReadInstead(offset, bytes, minimum);
        }
        finally
        {
            if (read == 0) SpanBuffer.Release(token);
        }

        if (read == 0) return false;
        lease = new SpanLease(bytes[..read], SpanPin.OfCopy(windows.Directory.Copies, token));
        return true;
    }

    /// <summary>Reads a range into memory of its own, if it is to be read and there is room; else null.</summary>
    private LeasedMemory? TryRead(long offset, int length, IDisposable? record)
    {
        if (!windows.IsToBeRead(offset, length)) return null;

        CopyWhenFull copies = windows.Directory.Table.Copies!;
        if (!copies.TryRent(offset, length, out nint address)) return null;
        LeasedMemory? leased = null;
        try
        {
            // SAFETY: the memory is this call's own, and as long as the lease.
            unsafe
            {
                if (windows.ReadInstead(offset, new Span<byte>((byte*)address, length), minimum: length) > 0)
                    leased = new LeasedMemory(windows.Directory.Copies, address, offset, length, record);
            }
        }
        finally
        {
            if (leased is null) copies.Return(address, offset, length);
        }

        return leased;
    }

    private IDisposable? Track(string kind, long offset, int length) =>
        tracker?.Begin(kind, windows.Directory.Name, new FileRange(offset, length));

    /// <summary>Tracks a span lease under guard; without guard it costs nanoseconds, too few to track it.</summary>
    private IDisposable? TrackSpan(long offset, int length) => isGuarded ? Track("span lease", offset, length) : null;
}
