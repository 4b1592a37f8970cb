using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Benchmarks.Data;

namespace Mmap.Spans.Benchmarks.Cold;

/// <summary>The system's page cache: driving one file out of it, and seeing whether it is out. Linux only.</summary>
internal static unsafe partial class PageCache
{
    private const int DontNeed = 4;

    /// <summary>Evicts a file's pages; mapped ones stay.</summary>
    public static void Drop(string path)
    {
        using SafeFileHandle handle =
            File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, FileOptions.None);
        // Only pages already written to the disk can be dropped.
        RandomAccess.FlushToDisk(handle);
        int errno = Advise(handle, 0, 0, DontNeed);
        if (errno != 0) throw new InvalidOperationException($"posix_fadvise refused with {errno}.");
    }

    /// <summary>The share of a file that is in the cache now.</summary>
    public static double ResidentShare(string path)
    {
        using var view = new RawView(path);
        long pages = (view.Length + Environment.SystemPageSize - 1) / Environment.SystemPageSize;
        byte[] states = new byte[pages];
        fixed (byte* state = states)
        {
            // SAFETY: the view is mapped until its disposal below, and there is a byte for each of its pages.
            if (AreInCore(view.Pointer, (nuint)view.Length, state) != 0)
                throw new InvalidOperationException("mincore refused.");
        }

        return (double)states.Count(state => (state & 1) != 0) / pages;
    }

    /// <summary>The bytes that the system has read from disks for this process so far.</summary>
    public static long BytesFromDisk()
    {
        const string Key = "read_bytes: ";
        string line = File.ReadLines("/proc/self/io").First(line => line.StartsWith(Key, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(Key.Length), CultureInfo.InvariantCulture);
    }

    /// <returns>0, or the errno itself.</returns>
    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "mincore")]
    private static partial int AreInCore(void* address, nuint length, byte* states);
}
