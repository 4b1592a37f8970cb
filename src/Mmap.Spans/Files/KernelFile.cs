using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;

namespace Mmap.Spans.Files;

/// <summary>
/// Files that the kernel makes up as they are read, such as those of /proc and /sys: their length says 0 or one page,
/// whatever they hold, and they cannot be mapped.
/// </summary>
internal static class KernelFile
{
    /// <summary>More than this is not content but a window into the kernel, such as /proc/self/pagemap.</summary>
    private const int LongestBytes = 64 << 20;

    /// <summary>The content of such a file, read to its end, or null for a file whose length can be believed.</summary>
    /// <exception cref="IOException">It goes on and on.</exception>
    public static byte[]? TryRead(SafeFileHandle handle, FileStatus status, string name)
    {
        long length = status.Length;
        if (!status.Identity.IsVirtualDevice || (length != 0 && length != Environment.SystemPageSize)) return null;

        // One byte more than the length says would be too much for a file that keeps its word.
        byte[] content = new byte[Environment.SystemPageSize + 1];
        int total = 0;
        while (true)
        {
            int read = FileReads.ReadFully(handle, total, content.AsSpan(total));
            total += read;
            if (total < content.Length) break;
            if (content.Length > LongestBytes) throw new IOException($"'{name}' is made up by the kernel and has more than {LongestBytes} bytes; it can only be read, not mapped.");
            Array.Resize(ref content, content.Length * 2);
        }

        // A file of an ordinary kind may have been written to since it told its length; that of /proc never changes.
        return total == length || RandomAccess.GetLength(handle) != length ? null : content[..total];
    }
}
