using System.Buffers.Binary;
using Xunit;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>The pages in the process's own page tables, which are touched without a fault. Linux only;
/// elsewhere the test is skipped.</summary>
internal static class PresentPages
{
    private const int EntryBytes = 8;

    /// <summary>The number of present pages of a range.</summary>
    public static int Count(nint address, int length)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Page tables are told in /proc.");
        long first = address / Environment.SystemPageSize, last = (address + length - 1) / Environment.SystemPageSize;
        byte[] entries = new byte[(last - first + 1) * EntryBytes];
        using FileStream map = File.OpenRead("/proc/self/pagemap");
        map.Position = first * EntryBytes;
        map.ReadExactly(entries);
        // Source: Linux, Documentation/admin-guide/mm/pagemap.rst; the highest bit of an entry says that the page is
        // present.
        return entries.Chunk(EntryBytes).Count(entry => BinaryPrimitives.ReadInt64LittleEndian(entry) < 0);
    }
}
