using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Calls that map files and pages, and end what was mapped.</summary>
internal static unsafe partial class SystemCalls
{
    /// <summary>What mmap calls memory without a file.</summary>
    public static int Anonymous => OperatingSystem.IsLinux() ? 0x20 : 0x1000;

    // SAFETY: no lease of the range lives; whoever read it afterwards would read what is mapped there next.
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    // SAFETY: as for Unmap, where a fixed address is given; else nothing that is in use is touched.
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int permissions, int flags, int file, nint offset);

    /// <remarks>The offset is 64 bits long in a 64-bit process only.</remarks>
    // SAFETY: as above; the handle stays open for the call.
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint MapFile(
        nint address, nuint length, int permissions, int flags, SafeFileHandle file, nint offset);

    // SAFETY: who reads a range that is forbidden faults, so no lease of it may live.
    [SupportedOSPlatform("windows")]
    [LibraryImport("kernel32", EntryPoint = "VirtualAlloc", SetLastError = true)]
    public static partial nint VirtualAlloc(nint address, nuint length, uint kind, uint permissions);

    // SAFETY: as for Unmap.
    [SupportedOSPlatform("windows")]
    [LibraryImport("kernel32", EntryPoint = "VirtualFree", SetLastError = true)]
    public static partial int VirtualFree(nint address, nuint length, uint kind);
}
