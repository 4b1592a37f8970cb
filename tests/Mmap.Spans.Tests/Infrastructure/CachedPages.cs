using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>The system's page cache: which pages of a file are in it, and driving them out. Linux only.</summary>
internal static unsafe partial class CachedPages
{
    private const int DontNeed = 4;

    /// <summary>Drives a file's pages out, if the file lies on something that can read them again.</summary>
    public static void Drop(string path)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException();
        using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        // Only pages that are on the disk can be dropped.
        RandomAccess.FlushToDisk(handle);
        if (SystemCalls.FileAdvise(handle, 0, 0, DontNeed) is not 0 and int errno)
            throw new IOException($"posix_fadvise refused with {errno}.");
    }

    /// <summary>The number of pages in memory now, of a range that begins at a page.</summary>
    public static int Count(string path, long offset, int length)
    {
        using var map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        using MemoryMappedViewAccessor view = map.CreateViewAccessor(offset, length, MemoryMappedFileAccess.Read);
        byte[] states = new byte[(length + Environment.SystemPageSize - 1) / Environment.SystemPageSize];
        fixed (byte* state = states)
        {
            // SAFETY: the view begins at a page and stays until its disposal; there is a byte for each of its pages.
            if (InCore(view.SafeMemoryMappedViewHandle.DangerousGetHandle(), (nuint)length, state) != 0)
                throw new IOException("mincore refused.");
        }

        return states.Count(state => (state & 1) != 0);
    }

    [LibraryImport("libc", EntryPoint = "mincore")]
    private static partial int InCore(nint address, nuint length, byte* states);
}
