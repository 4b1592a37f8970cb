using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;

namespace Mmap.Spans.Files;

/// <summary>
/// Files that the kernel generates as they are read, such as those of /proc and /sys. Their length is 0 or one page,
/// whatever they hold, and they cannot be mapped.
/// </summary>
internal static class KernelFile
{
    /// <summary>The maximum length. A longer file is a window into the kernel, such as /proc/self/pagemap.</summary>
    private const int LongestBytes = 64 << 20;

    private const string KernelLog = "/proc/kmsg";

    /// <summary>Returns the whole content of such a file, or null for a file whose length is reliable.</summary>
    /// <exception cref="IOException">The file does not end.</exception>
    /// <exception cref="NotSupportedException">A read of the file would block, as of /proc/kmsg, or it has no
    /// positions.</exception>
    public static byte[]? TryRead(SafeFileHandle handle, FileStatus status, string name)
    {
        if (!status.Identity.IsVirtualDevice) return null;
        ThrowIfWithoutPositions(handle, name);
        long length = status.Length;
        if (length != 0 && length != Environment.SystemPageSize) return null;

        // One byte more than the length means that the length is wrong.
        byte[] content = new byte[Environment.SystemPageSize + 1];
        int total = 0;
        while (true)
        {
            int read = Read(handle, total, content.AsSpan(total), status, name);
            total += read;
            if (read == 0) break;
            if (total < content.Length) continue;
            if (content.Length > LongestBytes)
            {
                throw new IOException(
                    $"'{name}' is made up by the kernel and has more than {Amount.Bytes(LongestBytes)}; "
                    + "it can only be read, not mapped.");
            }

            Array.Resize(ref content, content.Length * 2);
        }

        // An ordinary file may have been written to since its length was read; a file of /proc never changes its
        // length.
        return total == length || RandomAccess.GetLength(handle) != length ? null : content[..total];
    }

    /// <summary>Throws for a regular file that can only be read from front to end.</summary>
    private static void ThrowIfWithoutPositions(SafeFileHandle handle, string name)
    {
        try
        {
            RandomAccess.GetLength(handle);
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException(
                $"'{name}' has no positions; only files that can be read at any position can be mapped.", e);
        }
    }

    /// <summary>Reads the available bytes; throws if a read would block.</summary>
    private static int Read(SafeFileHandle handle, int offset, Span<byte> destination, FileStatus status, string name)
    {
        if (OperatingSystem.IsLinux() && WouldWait(handle, status)) throw Waits(name);
        try
        {
            return RandomAccess.Read(handle, destination, offset);
        }
        catch (IOException e) when (OpenCalls.WouldWait(e))
        {
            throw Waits(name);
        }
        catch (IOException e)
        {
            throw new IOException($"'{name}' cannot be read: {SystemLimits.SentenceOf(e)}", e);
        }
    }

    [SupportedOSPlatform("linux")]
    private static bool WouldWait(SafeFileHandle handle, FileStatus status)
    {
        const int Readable = 1, Writable = 4;
        int ready = OpenCalls.ReadyFor(handle);
        if (ready < 0 || (ready & Writable) != 0) return false;
        // Only a file with its own poll answer is not ready to be written to. Reading the kernel's log takes it from
        // its reader, so it is not read even if something is there.
        return (ready & Readable) == 0 || FileStatus.OfPath(KernelLog)?.Identity == status.Identity;
    }

    private static NotSupportedException Waits(string name) =>
        new($"'{name}' makes its reader wait, as a pipe does; "
            + "only files that can be read at any position can be mapped.");
}
