using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;

namespace Mmap.Spans.Files;

/// <summary>
/// Files that the kernel makes up as they are read, such as those of /proc and /sys: their length says 0 or one page,
/// whatever they hold, and they cannot be mapped.
/// </summary>
internal static class MadeUpFile
{
    /// <summary>The content of such a file, read to its end, or null for a file whose length can be believed.</summary>
    public static byte[]? TryRead(SafeFileHandle handle, FileIdentity identity)
    {
        if (!identity.IsVirtualDevice) return null;
        long length = RandomAccess.GetLength(handle);
        if (length != 0 && length != Environment.SystemPageSize) return null;

        // One byte more than the length says would be too much for a file that keeps its word.
        byte[] content = new byte[Environment.SystemPageSize + 1];
        int total = 0;
        while (true)
        {
            int read = FileReads.ReadFully(handle, total, content.AsSpan(total));
            total += read;
            if (total < content.Length) break;
            Array.Resize(ref content, content.Length * 2);
        }

        return total == length ? null : content[..total];
    }
}
