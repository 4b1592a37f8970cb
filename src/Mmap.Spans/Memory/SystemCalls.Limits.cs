using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Mmap.Spans.Memory;

/// <summary>
/// Calls that tell the process's limits, and the errors of every call at a limit.
/// </summary>
// SAFETY: unsafe for the pointers of the signatures. The system fills structures of the caller, which says so at its
// call.
internal static unsafe partial class SystemCalls
{
    public const int OutOfMemoryErrno = 12;
    public const int TooManyFilesErrno = 24;
    public const int TooManyFilesSystemErrno = 23;

    private const int NotPermittedErrno = 1;
    private const int BadHandleErrno = 9;
    private const int ForbiddenErrno = 13;

    /// <summary>POSIX <c>struct rlimit</c> where both members are 64 bits: 64-bit Linux and macOS.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }

    /// <summary>The framework's exception for an errno.</summary>
    public static SystemException ErrorOf(int errno)
    {
        string message = $"{Marshal.GetPInvokeErrorMessage(errno)}.";
        return errno is NotPermittedErrno or BadHandleErrno or ForbiddenErrno
            ? new UnauthorizedAccessException(message, new IOException(message, errno))
            : new IOException(message, errno);
    }

    // SAFETY: two members of 64 bits are filled, which is what both systems have in a 64-bit process.
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetResourceLimit(int resource, ResourceLimit* limit);

    // SAFETY: 48 bytes are filled at most.
    [SupportedOSPlatform("windows")]
    [LibraryImport("kernel32", EntryPoint = "GetSystemInfo")]
    public static partial void GetSystemInfo(byte* info);
}
