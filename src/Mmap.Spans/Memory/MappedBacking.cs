using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Regions as read-only mappings: no copy, shared with the page cache. Thread-safe.</summary>
/// <remarks>
/// A mapping made here outlives its handle. It does not outlive the bytes: when another process truncates the file
/// below a mapped page, touching that page ends this process on Unix.
/// </remarks>
/// <param name="file">Where the handle comes from.</param>
/// <param name="pages">The manager's pages of copies: they make room where the system has none for a mapping.</param>
internal sealed class MappedBacking(IHandleSource file, PagePool pages) : FileBacking(file, pages)
{
    /// <summary>How often a view is asked for that the system says it may not give.</summary>
    private const int MostTries = 4;

    private readonly IHandleSource _file = file;

    /// <summary>
    /// Whether a mapping may go past the end of the file: not on Windows, and in a 32-bit process addresses are few.
    /// </summary>
    public static bool CanHaveRoom => !OperatingSystem.IsWindows() && Environment.Is64BitProcess;

    public override long ChargeFor(long offset, int length) => ChargeOf(offset, length);

    /// <summary>
    /// A mapping begins at a multiple of the granularity, so it may have some bytes before the range.
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

            // A file can shrink between the question for its length and the map, and grow again; each turn asks again.
            for (int tries = 1; ; tries++)
            {
                RegionMemory? memory = TryMap(file.Name, handle, offset, length, room, isLast: tries == MostTries);
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

    protected override RegionMemory LoadOnce(long offset, int length, int room) => Load(_file, offset, length, room);

    /// <summary>Maps the range if the file is long enough at this moment; null if it is not.</summary>
    private static RegionMemory? TryMap(
        string name, SafeFileHandle handle, long offset, int length, int room, bool isLast)
    {
        // In a 32-bit process the system's own call knows the first 2 GiB of a file only.
        if (OperatingSystem.IsWindows() || !Environment.Is64BitProcess)
            return TryMapView(name, handle, offset, length, isLast);

        // Asked anew for each region: what is mapped past the end of the file kills the process at the first touch.
        if (RandomAccess.GetLength(handle) < offset + length) return null;
        try
        {
            return NativeRegions.Map(handle, offset, length, room);
        }
        catch (Exception e) when (room > length && (SystemLimits.IsExhausted(e) || IsRefusal(e)))
        {
            // Addresses may be few, or the file be of a system that maps nothing past the end: once more, without.
            return TryMap(name, handle, offset, length, length, isLast);
        }
        catch (Exception e) when (IsRefusal(e))
        {
            throw new MappingRefusedException(name, new FileRange(offset, length), SystemLimits.SentenceOf(e), e);
        }
    }

    private static bool IsRefusal(Exception e) =>
        !SystemLimits.IsExhausted(e) && e is IOException or UnauthorizedAccessException;

    /// <summary>The same by the framework's objects.</summary>
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
            // What the runtime throws for a view past the capacity. Asked for its length now, the file may be whole
            // again; it is a refusal only if it stays one.
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

    /// <summary>A map of the whole file as it is now; null if that is empty.</summary>
    private static MemoryMappedFile? TryCreateMap(SafeFileHandle handle)
    {
        try
        {
            // Capacity 0 means the length now.
            return MemoryMappedFile.CreateFromFile(
                handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        }
        catch (ArgumentException)
        {
            // It was empty at that moment, whatever it is now.
            return null;
        }
    }
}
