using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Files;

/// <summary>
/// The one rule for the available part of a range: leases, cursors, readers and prefetching get their regions here. It
/// also tells listeners that a file has changed.
/// </summary>
/// <remarks>
/// A region is as long as the file was when it was loaded. If it is too short, or has pages that cannot be touched, the
/// file is checked. If the range exists now, the region is outdated, and is loaded anew, once.
/// <para>Each call keeps the opener alive to its end; otherwise the opener's finalizer could close the file during the
/// call. Today's compiler keeps this struct in the caller's frame anyway, so no test fails without the
/// <c>GC.KeepAlive</c>s. But the runtime promises no more than the last use.</para>
/// </remarks>
/// <param name="entry">The file.</param>
/// <param name="opener">The object that the user has open.</param>
/// <param name="isVerified">True if every range is checked against the present file.</param>
internal readonly struct FileWindows(FileEntry entry, IOpenFile opener, bool isVerified)
{
    public FileEntry Entry => entry;

    /// <summary>The regions of the file.</summary>
    public RegionDirectory Directory => entry.Directory;

    /// <summary>True if every range is checked against the present file.</summary>
    public bool IsVerified => isVerified;

    /// <summary>The name for messages.</summary>
    public string Name => Directory.Name;

    /// <summary>True if the opener or its manager is disposed: only held windows are given from then on.</summary>
    public bool AreClosed => opener.IsDisposed;

    /// <summary>Refuses everything once the opener or its manager is disposed.</summary>
    /// <exception cref="ObjectDisposedException">It is.</exception>
    public void ThrowIfDisposed() => opener.ThrowIfDisposed();

    /// <summary>Throws for arguments that fit no file, for calls that accept any offset in or past this one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative.</exception>
    public void CheckNotNegative(long offset, long length, string lengthName = "length")
    {
        if (offset < 0) throw RangeError(nameof(offset), offset, offset, length, Directory.Length);
        if (length < 0) throw RangeError(lengthName, length, offset, length, Directory.Length);
    }

    /// <summary>Throws if a range is not inside the file, before anything is done.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public void CheckRange(long offset, long length, string offsetName = "offset", string lengthName = "length")
    {
        opener.ThrowIfDisposed();
        long fileLength = Directory.Length;
        if (offset < 0 || offset > fileLength) throw RangeError(offsetName, offset, offset, length, fileLength);
        // Of a value of a fixed size the caller gives the offset only.
        if (length < 0 || length > fileLength - offset)
            throw RangeError(lengthName, lengthName == offsetName ? offset : length, offset, length, fileLength);
    }

    /// <summary>A range inside the file; to its end by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    public FileRange RangeOf(long offset, long? length)
    {
        CheckNotNegative(offset, length ?? 0);
        long bytes = length ?? Math.Max(Directory.Length - offset, 0);
        CheckRange(offset, bytes);
        return new FileRange(offset, bytes);
    }

    /// <summary>Acquires a region that holds the whole range, with a reference for the caller.</summary>
    /// <param name="offset">The first byte; the range is inside the file.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="forOneLease">True if nothing else of the region will be read; under guard it is then as short as
    /// the range.</param>
    /// <exception cref="FileChangedException">The file now ends before the range does.</exception>
    public Region Acquire(long offset, int length, bool forOneLease = false)
    {
        opener.ThrowIfDisposed();
        try
        {
            RegionTable table = Directory.Table;
            for (bool again = false; ; again = true)
            {
                if (isVerified) VerifyLength(offset, length);
                bool fits = Directory.Grid.PartOf(offset, length, Directory.Length) == length;
                Region region = fits
                    && !(forOneLease && (table.SharesNothing || Directory.IsBetterExact(offset, length)))
                    ? table.Acquire(Directory, Directory.Grid.IndexOf(offset))
                    : table.AcquireExact(Directory, offset, length);
                if (region.Holds(offset, length) && HasPages(region, offset, length)) return region;
                ReleaseOutdated(region, offset, length, needed: length, again);
            }
        }
        catch (FileChangedException e)
        {
            Tell(e);
            throw;
        }
        finally
        {
            GC.KeepAlive(opener);
        }
    }

    /// <summary>Acquires a region that holds the first byte of a range, with a reference for the caller.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">The wanted bytes of its window, replaced by the available ones.</param>
    /// <param name="forOneLease">True if nothing else of the region will be read; under guard it is then as short as
    /// the range.</param>
    /// <param name="passing">True if the caller passes over the window once. A copy not yet in memory is then the
    /// caller's alone and ends with its pin, so that passed windows use no memory.</param>
    /// <exception cref="FileChangedException">The file now ends before the first byte.</exception>
    public Region AcquirePart(long offset, ref int length, bool forOneLease = false, bool passing = false)
    {
        opener.ThrowIfDisposed();
        try
        {
            RegionTable table = Directory.Table;
            for (bool again = false; ; again = true)
            {
                long currentLength = isVerified ? entry.Verify() : long.MaxValue;
                Region region = forOneLease && table.SharesNothing
                    ? table.AcquireExact(Directory, offset, length)
                    : AcquireWindow(Directory.Grid.IndexOf(offset), passing);
                int available = (int)Math.Clamp(Math.Min(region.End, currentLength) - offset, 0, length);
                if (available > 0 && HasPages(region, offset, available))
                {
                    length = available;
                    return region;
                }

                ReleaseOutdated(region, offset, length, needed: Math.Max(available, 1), again);
            }
        }
        catch (FileChangedException e)
        {
            Tell(e);
            throw;
        }
        finally
        {
            GC.KeepAlive(opener);
        }
    }

    /// <summary>Pages the bytes of a loaded region in.</summary>
    /// <param name="region">The region, which is no copy; pinned by the caller.</param>
    /// <param name="offset">The first byte; the range is inside the region.</param>
    /// <param name="length">The number of bytes.</param>
    /// <exception cref="FileChangedException">The file now ends before the range does.</exception>
    /// <exception cref="IOException">The range cannot be read.</exception>
    public void PageIn(Region region, long offset, int length)
    {
        if (Advice.Populate(region.AddressOf(offset), length) != Populated.Missing) return;
        IOException error = ErrorOf(offset, length);
        if (error is FileChangedException changed) Tell(changed);
        GC.KeepAlive(opener);
        throw error;
    }

    /// <summary>
    /// True if the system reports missing pages in a range of a watched region. A system call on such bytes fails,
    /// because it meets no handler and nothing is noted.
    /// </summary>
    public static bool HasLostPages(Region region, long offset, int length) =>
        region.Memory.Watch is not null && Advice.Populate(region.AddressOf(offset), length) == Populated.Missing;

    /// <summary>Reads at a position.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset is negative.</exception>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    /// <exception cref="FileChangedException">The file is deleted or replaced, and its handle was closed.</exception>
    public int Read(long offset, Span<byte> destination)
    {
        opener.ThrowIfDisposed();
        CheckNotNegative(offset, destination.Length);
        try
        {
            return Directory.Backing.Read(offset, destination);
        }
        catch (FileChangedException e)
        {
            Tell(e);
            throw;
        }
        finally
        {
            GC.KeepAlive(opener);
        }
    }

    /// <summary>
    /// True if a range that is no hit is to be read, by <see cref="ReadInstead"/>. Call it once for each lease.
    /// </summary>
    public bool IsToBeRead(long offset, int length) =>
        Directory.Table.Copies is { } copies && copies.IsToBeRead(Directory, offset, length);

    /// <summary>Reads what a lease would have shown.</summary>
    /// <param name="offset">The first byte; the range is inside the file.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="minimum">The number of bytes that the lease needs at least.</param>
    /// <returns>The number read; 0 if the file is written to all the time, and the caller must map the range.</returns>
    /// <exception cref="FileChangedException">The file now ends before the minimum.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    public int ReadInstead(long offset, Span<byte> destination, int minimum)
    {
        opener.ThrowIfDisposed();
        try
        {
            for (bool again = false; ; again = true)
            {
                if (isVerified) VerifyLength(offset, minimum);
                int read = Directory.Backing.ReadForLease(offset, destination);
                if (read < 0) return 0;
                if (read >= minimum)
                {
                    Directory.Table.Copies!.Tell(Directory, offset, read);
                    return read;
                }

                // As in ReleaseOutdated: a file that was cut and has grown again is read once more.
                long currentLength = Directory.Backing.Length;
                if (offset + minimum > currentLength) throw Shrunk(offset, destination.Length, currentLength);
                if (again) throw FileChangedException.Unreadable(Name, new FileRange(offset, minimum), currentLength);
            }
        }
        catch (FileChangedException e)
        {
            Tell(e);
            throw;
        }
        finally
        {
            GC.KeepAlive(opener);
        }
    }

    /// <summary>Looks at the file again for its opener.</summary>
    /// <param name="path">The name that it was opened by, if any.</param>
    /// <param name="seen">The look behind the opener's last answer, replaced by the new one.</param>
    /// <exception cref="ObjectDisposedException">The file is disposed.</exception>
    /// <exception cref="FileChangedException">The file is deleted or replaced, and its handle was closed.</exception>
    public FileChange Refresh(string? path, ref FileLook seen)
    {
        opener.ThrowIfDisposed();
        try
        {
            return entry.Refresh(path, ref seen);
        }
        catch (FileChangedException e)
        {
            Tell(e);
            throw;
        }
        finally
        {
            GC.KeepAlive(opener);
        }
    }

    /// <summary>Throws because the file has become shorter than a range that was once inside it.</summary>
    /// <exception cref="FileChangedException">Always.</exception>
    [DoesNotReturn]
    public void ThrowShrunk(long offset, long length, long lengthNow)
    {
        FileChangedException e = Shrunk(offset, length, lengthNow);
        Tell(e);
        GC.KeepAlive(opener);
        throw e;
    }

    /// <summary>Tells listeners, once for each exception that reaches a user.</summary>
    private void Tell(FileChangedException e) =>
        Directory.Table.Observer.FileChanged(Name, e.Range, e.Message);

    private FileChangedException Shrunk(long offset, long length, long lengthNow) =>
        FileChangedException.Shrunk(Name, new FileRange(offset, length), lengthNow);

    /// <summary>Acquires the region of a window, or under <paramref name="passing"/> a copy for the caller
    /// alone.</summary>
    private Region AcquireWindow(long index, bool passing)
    {
        RegionTable table = Directory.Table;
        int length = Directory.Grid.LengthOf(index, Directory.Length);
        if (!passing || Directory.At(index) is not null
            || !Directory.Backing.Copies(Directory.Grid.StartOf(index), length))
            return table.Acquire(Directory, index);

        long currentLength = Math.Min(Directory.Length, Directory.Backing.Length);
        length = Directory.Grid.LengthOf(index, currentLength);
        return table.AcquireExact(Directory, Directory.Grid.StartOf(index), length);
    }

    /// <summary>
    /// Releases a region that shows too little. Returns if the file has the bytes now and the region is detached, so
    /// that the next one is loaded anew; otherwise throws.
    /// </summary>
    private void ReleaseOutdated(Region region, long offset, int wanted, int needed, bool again)
    {
        bool isShort = region.End < offset + needed;
        // Release first: asking for the length may fail as well.
        Directory.Table.Release(region);
        long currentLength = Directory.Backing.Length;
        if (offset + needed > currentLength) throw Shrunk(offset, wanted, currentLength);
        Directory.Table.Detach(region);
        if (!again) return;
        // The file was truncated and has grown again, more than once; or pages of the range cannot be touched.
        throw ErrorOf(offset, needed, isShort);
    }

    /// <summary>
    /// Returns the reason why pages of a range cannot be touched: a truncation, or the error of a read of each page.
    /// </summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="isShort">True if a region ended before the range did: then no hole is the reason.</param>
    private IOException ErrorOf(long offset, int length, bool isShort = false)
    {
        var range = new FileRange(offset, length);
        long currentLength = Directory.Backing.Length;
        if (range.End > currentLength) return Shrunk(offset, length, currentLength);

        Span<byte> one = stackalloc byte[1];
        int page = Environment.SystemPageSize;
        try
        {
            for (long at = offset; at < range.End; at = (at / page + 1) * page) Directory.Backing.Read(at, one);
        }
        catch (IOException e) when (e is not FileChangedException)
        {
            string why = SystemLimits.SentenceOf(e.InnerException ?? e);
            return new IOException($"Bytes {range} of '{Name}' cannot be read: {why}", e) { HResult = e.HResult };
        }

        if (!isShort && FileReads.HarmOfMapping(entry.Handle) == MappingHarm.TakesMemory)
        {
            const string Why = "the tmpfs that it is on has no room for its holes.";
            return new IOException(
                $"Bytes {range} of '{Name}' cannot be mapped: {Why} Open it with Backing.Auto or Backing.Copy.");
        }

        // The file was truncated and has grown again, more than once.
        return FileChangedException.Unreadable(Name, range, Directory.Backing.Length);
    }

    private void VerifyLength(long offset, int length)
    {
        long currentLength = entry.Verify();
        if (offset + length > currentLength) throw Shrunk(offset, length, currentLength);
    }

    /// <summary>
    /// True if the pages could be touched so far, and can be now. The latter is checked only if every range is
    /// verified.
    /// </summary>
    private bool HasPages(Region region, long offset, int length) =>
        !UnreadableBytes.AreIn(region, offset, length)
        && (!isVerified || region.Memory.IsCopy
            || Advice.Populate(region.AddressOf(offset), length) != Populated.Missing);

    private ArgumentOutOfRangeException RangeError(
        string name, long value, long offset, long length, long fileLength)
    {
        // A negative number is the error itself; the other argument may be a default that the caller did not write.
        string what = offset < 0 ? string.Create(CultureInfo.InvariantCulture, $"The offset {offset} is negative;")
            : length < 0 ? string.Create(CultureInfo.InvariantCulture, $"The length {length} is negative;")
            : string.Create(CultureInfo.InvariantCulture,
                $"The range of {Amount.Bytes(length)} from offset {offset} is not inside the file:");
        return FileRange.Refused(name, value, $"{what} '{Name}' has {Amount.Bytes(fileLength)}.");
    }
}
