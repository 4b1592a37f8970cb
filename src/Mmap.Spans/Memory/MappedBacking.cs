using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Regions as read-only mappings: no copy, shared with the page cache. Thread-safe.</summary>
/// <remarks>
/// A mapping made here outlives its handle. It does not outlive the bytes: when another process truncates the file
/// below a mapped page, touching that page ends this process on Unix.
/// </remarks>
internal sealed class MappedBacking(IHandleSource file) : IBacking
{
    public long Length => FileReads.LengthOf(file);

    public FileLook Look() => FileReads.LookAt(file);

    public long ChargeFor(long offset, int length) => ChargeOf(offset, length);

    public int Read(long offset, Span<byte> destination) => FileReads.Read(file, offset, destination);

    public bool TryReadAhead(long offset, long length) => FileReads.TryReadAhead(file, offset, length);

    public RegionMemory Load(long offset, int length) => Load(file, offset, length);

    public bool TryUnload(in RegionMemory memory) => NativeRegions.TryUnmap(memory);

    /// <summary>A mapping begins at a multiple of the granularity, so it may have some bytes before the range.</summary>
    public static long ChargeOf(long offset, int length) => length + offset % SystemLimits.AllocationGranularity;

    /// <inheritdoc cref="IBacking.Load"/>
    public static RegionMemory Load(IHandleSource file, long offset, int length)
    {
        SafeFileHandle handle = file.Rent();
        try
        {
            if (file.HarmOfMapping(handle) == MappingHarm.CannotEnd)
                throw MappingRefusedException.HugePages(file.Name);

            // A file can shrink between the question for its length and the map; each turn asks again.
            while (true)
            {
                RegionMemory? memory = TryMap(file.Name, handle, offset, length);
                if (memory is not null)
                {
                    Advice.ApplyAccessPattern(memory.Value, file.Access);
                    return memory.Value;
                }


                long now = RandomAccess.GetLength(handle);
                if (now <= offset) throw FileChangedException.Shrunk(file.Name, new FileRange(offset, length), now);
                length = (int)Math.Min(length, now - offset);
            }
        }
        finally
        {
            file.Return(handle);
        }
    }

    /// <summary>Maps the range if the file is long enough at this moment; null if it is not.</summary>
    private static RegionMemory? TryMap(string name, SafeFileHandle handle, long offset, int length)
    {
        MemoryMappedFile map;
        try
        {
            // Capacity 0 means the length now. It is asked anew for each region because a view past the end of a file
            // is created without complaint and kills the process at the first touch.
            map = MemoryMappedFile.CreateFromFile(
                handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        }
        catch (ArgumentException) when (RandomAccess.GetLength(handle) == 0)
        {
            return null;
        }

        using (map)
        {
            // On Unix the map has asked for the length just now and checks the view against it. Windows checks nothing
            // below the end of the last page; but there a file cannot become shorter any more, now that the map exists.
            if (OperatingSystem.IsWindows() && RandomAccess.GetLength(handle) < offset + length) return null;

            NativeRegions.CountMapping();
            MemoryMappedViewAccessor? view = null;
            try
            {
                view = map.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or ArgumentOutOfRangeException
                                      && RandomAccess.GetLength(handle) < offset + length)
            {
                // What the runtime throws for a view past the capacity.
                return null;
            }
            catch (Exception e) when (!SystemLimits.IsExhausted(e) && e is IOException or UnauthorizedAccessException)
            {
                throw new MappingRefusedException(name, new FileRange(offset, length), e);
            }
            finally
            {
                if (view is null) NativeRegions.UncountMapping();
            }

            // SAFETY: one acquisition, released once in TryUnload; until then the view cannot be unmapped. The view
            // starts PointerOffset bytes before the range, at a multiple of the system's granularity.
            unsafe
            {
                byte* pointer = null;
                view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
                nint address = (nint)(pointer + view.PointerOffset);
                return new RegionMemory(address, length, view.SafeMemoryMappedViewHandle);
            }
        }
    }
}
