using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Regions as read-only mappings: no copy, shared with the page cache. Thread-safe.</summary>
/// <remarks>
/// A mapping outlives its handle, but not its bytes. If another process truncates the file below a mapped page,
/// touching that page ends this process on Unix.
/// </remarks>
/// <param name="file">The source of the handle.</param>
/// <param name="pages">The manager's kept pages of copies, returned if the system has no room for a mapping.</param>
internal sealed class MappedBacking(IHandleSource file, PagePool pages) : FileBacking(file, pages)
{
    /// <summary>The number of attempts for a view that the system reports as refused.</summary>
    private const int MostTries = 4;

    private readonly IHandleSource _file = file;

    /// <summary>
    /// True if a mapping may go past the end of the file. Not on Windows, nor in a 32-bit process, where addresses are
    /// few.
    /// </summary>
    public static bool CanHaveRoom => !OperatingSystem.IsWindows() && Environment.Is64BitProcess;

    public override long ChargeFor(long offset, int length) => ChargeOf(offset, length);

    /// <summary>
    /// The charge. A mapping begins at a multiple of the granularity, so it may have some bytes before the range.
    /// </summary>
    public static long ChargeOf(long offset, int length) => length + PageRange.BytesBefore(offset);

    /// <inheritdoc cref="IBacking.Load(long, int, int)"/>
    public static RegionMemory Load(IHandleSource file, long offset, int length, int room)
    {
        SafeFileHandle handle = file.Rent();
        try
        {
            if (file.HarmOfMapping(handle) == MappingHarm.CannotEnd)
                throw MappingRefusedException.HugePages(file.Name);

            // A file can shrink between the query of its length and the map, and grow again; each turn queries anew.
            for (int tries = 1; ; tries++)
            {
                RegionMemory? memory = TryMap(file.Name, handle, offset, length, room, isLast: tries == MostTries);
                if (memory is not null)
                {
                    Advice.ApplyAccessPattern(memory.Value, file.Access);
                    return memory.Value;
                }

                long currentLength = RandomAccess.GetLength(handle);
                if (currentLength <= offset)
                    throw FileChangedException.Shrunk(file.Name, new FileRange(offset, length), currentLength);
                int available = (int)Math.Min(length, currentLength - offset);
                // Room that nobody has asked for would let the region grow later.
                if (room == length) room = available;
                length = available;
            }
        }
        finally
        {
            file.Return(handle);
        }
    }

    protected override RegionMemory LoadOnce(long offset, int length, int room) => Load(_file, offset, length, room);

    /// <summary>Maps the range if the file is long enough at this moment; null if it is not.</summary>
    private static RegionMemory? TryMap(
        string name, SafeFileHandle handle, long offset, int length, int room, bool isLast)
    {
        // In a 32-bit process the system's own call reaches only the first 2 GiB of a file.
        if (OperatingSystem.IsWindows() || !Environment.Is64BitProcess)
            return TryMapView(name, handle, offset, length, isLast);

        // Queried anew for each region: a mapping past the end of the file kills the process at the first touch.
        if (RandomAccess.GetLength(handle) < offset + length) return null;
        try
        {
            return NativeRegions.Map(handle, offset, length, room);
        }
        catch (Exception e) when (room > length && (SystemLimits.IsExhausted(e) || IsRefusal(e)))
        {
            // Addresses may be few, or the file system may map nothing past the end: once more, without room.
            return TryMap(name, handle, offset, length, length, isLast);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw new MappingRefusedException(name, new FileRange(offset, length), SystemLimits.SentenceOf(e), e);
        }
    }

    private static bool IsRefusal(Exception e) =>
        !SystemLimits.IsExhausted(e) && e is IOException or UnauthorizedAccessException;

    /// <summary>The same with the framework's objects.</summary>
    private static RegionMemory? TryMapView(string name, SafeFileHandle handle, long offset, int length, bool isLast)
    {
        using MemoryMappedFile? map = TryCreateMap(handle);
        // Windows checks nothing below the end of the last page; but there a file cannot become shorter any more, now
        // that the map exists.
        if (map is null || RandomAccess.GetLength(handle) < offset + length) return null;

        NativeRegions.CountMapping();
        MemoryMappedViewAccessor? view = null;
        try
        {
            view = map.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read);
        }
        catch (Exception e) when (e is ArgumentException || (e is UnauthorizedAccessException && !isLast))
        {
            // The runtime throws this for a view past the capacity. The file may be whole again; it is a refusal only
            // if it stays one.
            return null;
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw new MappingRefusedException(name, new FileRange(offset, length), SystemLimits.SentenceOf(e), e);
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

    /// <summary>A map of the whole file as it is now; null if the file is empty.</summary>
    private static MemoryMappedFile? TryCreateMap(SafeFileHandle handle)
    {
        try
        {
            // Capacity 0 means the present length.
            return MemoryMappedFile.CreateFromFile(
                handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        }
        catch (ArgumentException)
        {
            // The file was empty at that moment.
            return null;
        }
    }
}
