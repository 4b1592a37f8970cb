using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>
/// The older calls of Linux for the status of a file, for hosts that refuse <c>statx</c>, and related calls.
/// </summary>
/// <remarks>
/// Container hosts with an old filter answer unknown calls with EPERM, and no C library then tries the older call. The
/// call is made by number, because old C libraries have no name for it. Source: asm-generic/stat.h and
/// arch/x86/include/uapi/asm/stat.h.
/// </remarks>
// SAFETY: unsafe for the pointers in the declarations; each call's requirement stands above it.
internal static unsafe partial class StatusCalls
{
    private const int SeekHole = 4;

    /// <summary>True if the older call and the layout of its answer are known here.</summary>
    public static bool HasOlderCall { get; } = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture
        is Architecture.X64 or Architecture.Arm64 or Architecture.RiscV64;

    private static bool IsX64 => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Gets the status of a file as <c>statx</c> would, except the time of birth.</summary>
    /// <param name="folder">A handle, or <see cref="SystemCalls.CurrentFolder"/>.</param>
    /// <param name="path">The path, ending with a zero; empty for the handle itself.</param>
    /// <param name="flags">Such as <see cref="SystemCalls.EmptyPath"/>.</param>
    /// <param name="status">The answer.</param>
    /// <returns>False if this is refused as well, or is unknown here.</returns>
    [SupportedOSPlatform("linux")]
    public static bool TryAsk(int folder, byte* path, int flags, out SystemCalls.LinuxStatus status)
    {
        status = default;
        if (!HasOlderCall) return false;

        const nint NumberOnX64 = 262, NumberElsewhere = 79;
        // SAFETY: the kernel fills 144 bytes at most of the 256; the path ends with a zero.
        byte* raw = stackalloc byte[256];
        if (NewStatusAt(IsX64 ? NumberOnX64 : NumberElsewhere, folder, path, raw, flags) != 0) return false;

        // SAFETY: the offsets are those of struct stat; the first ones differ on x64, all from the length on are the
        // same.
        ulong device = *(ulong*)raw;
        status.Inode = *(ulong*)(raw + 8);
        status.Links = IsX64 ? (uint)*(ulong*)(raw + 16) : *(uint*)(raw + 20);
        status.Mode = (ushort)*(uint*)(raw + (IsX64 ? 24 : 16));
        status.Length = *(ulong*)(raw + 48);
        status.Blocks = *(ulong*)(raw + 64);
        status.ModifiedSeconds = *(long*)(raw + 88);
        status.ModifiedNanoseconds = (uint)*(ulong*)(raw + 96);
        status.DeviceMajor = (uint)(device >> 8 & 0xFFF | device >> 32 & 0xFFFFF000);
        status.DeviceMinor = (uint)(device & 0xFF | device >> 12 & 0xFFFFFF00);
        return true;
    }

    /// <summary>
    /// Waits for a write in progress on the file, if the file system admits one writer at a time. It asks for a hole
    /// behind every end: there is none, so the handle's position stays.
    /// </summary>
    /// <param name="handle">The number of an open handle.</param>
    [SupportedOSPlatform("linux")]
    public static void WaitForWriter(int handle) => Seek(handle, nint.MaxValue, SeekHole);

    /// <summary>Gets the kind of file system of a file.</summary>
    [SupportedOSPlatform("linux")]
    public static FileSystemKind FileSystemOf(SafeFileHandle handle)
    {
        const uint MemoryFiles = 0x01021994, HugePages = 0x958458F6;
        // SAFETY: the kernel fills 120 bytes at most; the kind is the first member, a word of the machine.
        byte* answer = stackalloc byte[256];
        if (FileSystemStatus((int)handle.DangerousGetHandle(), answer) != 0) return FileSystemKind.Other;
        return (uint)*(nuint*)answer switch
        {
            MemoryFiles => FileSystemKind.MemoryFiles,
            HugePages => FileSystemKind.HugePages,
            _ => FileSystemKind.Other,
        };
    }

    // SAFETY: struct statfs has 120 bytes at most, the caller's buffer 256.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int FileSystemStatus(int file, byte* status);

    // SAFETY: the kernel fills struct stat, which is no longer than the caller's 256 bytes.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint NewStatusAt(nint number, nint folder, byte* path, byte* status, nint flags);

    // SAFETY: no memory is touched.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static partial nint Seek(int file, nint offset, int origin);
}
