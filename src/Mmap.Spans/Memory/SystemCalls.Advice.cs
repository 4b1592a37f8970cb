using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Calls that advise the system about bytes that will be needed, or will not.</summary>
// SAFETY: unsafe for the pointers of the signatures. The advice is about addresses that the caller owns, as it says at
// its call.
internal static unsafe partial class SystemCalls
{
    /// <summary>Windows' pseudo handle of the process itself.</summary>
    public const nint CurrentProcess = -1;

    /// <summary>Linux's number of the call that advises about several ranges at once, on every architecture.</summary>
    public const nint ProcessAdviseNumber = 440;

    /// <summary>That call's name for the process itself, since Linux 6.14.</summary>
    public const nint OwnProcess = -10000;

    /// <summary>Windows' <c>WIN32_MEMORY_RANGE_ENTRY</c> and Linux's <c>struct iovec</c>, which are alike.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MemoryRange
    {
        public nint Address;
        public nuint Bytes;
    }

    /// <returns>The bytes sent, 0 at the end of the file, or -1.</returns>
    /// <remarks>The offset is 64 bits long in a 64-bit process only.</remarks>
    // SAFETY: the kernel writes to the offset alone, which is the caller's.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "sendfile")]
    public static partial nint SendFile(SafeFileHandle to, SafeFileHandle from, long* offset, nuint count);

    // SAFETY: advice that would change bytes (of memory without a file) is never given.
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(nint address, nuint length, int advice);

    /// <summary><c>process_madvise</c>, by number, because most C libraries have no name for it.</summary>
    // SAFETY: as many ranges are read as are counted.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint ProcessAdvise(
        nint number, nint process, MemoryRange* ranges, nuint count, nint advice, nuint flags);

    /// <returns>0, or the errno itself.</returns>
    // SAFETY: no memory of ours is read or written.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    public static partial int FileAdvise(SafeFileHandle file, long offset, long length, int advice);

    // SAFETY: as many entries are read as are counted.
    [SupportedOSPlatform("windows")]
    [LibraryImport("kernel32", EntryPoint = "PrefetchVirtualMemory", SetLastError = true)]
    public static partial int PrefetchVirtualMemory(nint process, nuint count, MemoryRange* ranges, uint flags);
}
