namespace Mmap.Spans.Memory;

/// <summary>Whole pages of addresses, the system's unit.</summary>
/// <param name="Start">The first address, a multiple of the system's allocation granularity.</param>
/// <param name="Bytes">The length, in whole pages.</param>
internal readonly record struct PageRange(nint Start, nuint Bytes)
{
    private static readonly int s_pageBytes = Environment.SystemPageSize;

    /// <summary>The pages that contain a range of addresses; on Windows from the start of their 64 KiB.</summary>
    public static PageRange Of(nint address, nint length)
    {
        nint start = address - BytesBefore(address);
        nint end = (address + length + s_pageBytes - 1) & -s_pageBytes;
        return new PageRange(start, (nuint)(end - start));
    }

    /// <summary>The pages of a region, mapped or copied; no other region shares them.</summary>
    public static PageRange Of(in RegionMemory memory) => Of(memory.Address, memory.Room);

    /// <summary>The bytes between the possible start of a mapping and a position in a file, or an address.</summary>
    public static int BytesBefore(long position) => (int)(position & (SystemLimits.AllocationGranularity - 1));

    /// <summary>The bytes from the start of a page to a position in a file.</summary>
    public static int BytesIntoPage(long position) => (int)(position & (s_pageBytes - 1));
}
