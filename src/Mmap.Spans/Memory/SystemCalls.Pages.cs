using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Calls that map and unmap files and pages.</summary>
// SAFETY: unsafe for the pointers of the signatures. The caller owns the addresses that it maps and unmaps, and says so
// at its call.
internal static unsafe partial class SystemCalls
{
    /// <summary>The flag of mmap for memory without a file.</summary>
    public static int Anonymous => OperatingSystem.IsLinux() ? 0x20 : 0x1000;

    // SAFETY: no lease of the range lives; a later reader would read the next mapping there.
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    // SAFETY: as for Unmap, if a fixed address is given; otherwise no memory in use is touched.
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int permissions, int flags, int file, nint offset);

    /// <remarks>The offset is 64 bits long in a 64-bit process only.</remarks>
    // SAFETY: as above; the handle stays open for the call.
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint MapFile(
        nint address, nuint length, int permissions, int flags, SafeFileHandle file, nint offset);

    // SAFETY: a read of a forbidden range faults, so no lease of it may live.
    [SupportedOSPlatform("windows")]
    [LibraryImport("kernel32", EntryPoint = "VirtualAlloc", SetLastError = true)]
    public static partial nint VirtualAlloc(nint address, nuint length, uint kind, uint permissions);

    // SAFETY: as for Unmap.
    [SupportedOSPlatform("windows")]
    [LibraryImport("kernel32", EntryPoint = "VirtualFree", SetLastError = true)]
    public static partial int VirtualFree(nint address, nuint length, uint kind);
}
