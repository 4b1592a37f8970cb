using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Calls that identify the file of a handle or a path, and tell its length.</summary>
// SAFETY: unsafe for the pointers of the signatures. The system fills structures of the caller and reads names that end
// with a zero; the caller says so at its call.
internal static unsafe partial class SystemCalls
{
    public const int CurrentFolder = -100;
    public const int EmptyPath = 0x1000;
    public const uint WantBirthTime = 0x800;

    /// <summary>Type, mode, links, time of the last write, inode, length and blocks, and the time of birth.</summary>
    public const uint WantStatus = 0x1 | 0x2 | 0x4 | 0x40 | 0x100 | 0x200 | 0x400 | WantBirthTime;

    /// <summary>The part of Linux's <c>struct statx</c> that identifies a file, and its length.</summary>
    /// <remarks>Source: linux/stat.h; the layout is the same on every architecture.</remarks>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct LinuxStatus
    {
        [FieldOffset(0)] public uint Mask;
        [FieldOffset(16)] public uint Links;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Length;
        [FieldOffset(48)] public ulong Blocks;
        [FieldOffset(80)] public long BirthSeconds;
        [FieldOffset(88)] public uint BirthNanoseconds;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }

    /// <summary>The same part of macOS's <c>struct stat</c> with 64-bit inodes, with room to spare. Untested.</summary>
    /// <remarks>Source: sys/stat.h, <c>__DARWIN_STRUCT_STAT64</c>, 144 bytes on both architectures.</remarks>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct MacStatus
    {
        [FieldOffset(0)] public int Device;
        [FieldOffset(4)] public ushort Mode;
        [FieldOffset(6)] public ushort Links;
        [FieldOffset(8)] public ulong Inode;
        [FieldOffset(48)] public long ModifiedSeconds;
        [FieldOffset(56)] public long ModifiedNanoseconds;
        [FieldOffset(80)] public long BirthSeconds;
        [FieldOffset(88)] public long BirthNanoseconds;
        [FieldOffset(96)] public long Length;
        [FieldOffset(104)] public long Blocks;
    }

    /// <summary>Windows' <c>FILE_ID_INFO</c>: the volume and the 128 bits that name a file on it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct FileIdInfo
    {
        public ulong Volume;
        public ulong Low;
        public ulong High;
    }

    // SAFETY: the path ends with a zero, and the kernel fills its structure, which has 256 bytes as ours has.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int StatX(int directory, byte* path, int flags, uint mask, LinuxStatus* status);

    // On x64 the plain names of macOS still mean the structure of before 64-bit inodes; arm64 never had that one.
    // SAFETY: the system fills 144 bytes of the 256.
    [SupportedOSPlatform("macos")]
    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    public static partial int StatusOfHandle(int file, MacStatus* status);

    // SAFETY: as above.
    [SupportedOSPlatform("macos")]
    [LibraryImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    public static partial int StatusOfHandleOnX64(int file, MacStatus* status);

    // SAFETY: the path ends with a zero; 144 bytes of the 256 are filled.
    [SupportedOSPlatform("macos")]
    [LibraryImport("libc", EntryPoint = "stat", SetLastError = true)]
    public static partial int StatusOfPath(byte* path, MacStatus* status);

    // SAFETY: as above.
    [SupportedOSPlatform("macos")]
    [LibraryImport("libc", EntryPoint = "stat$INODE64", SetLastError = true)]
    public static partial int StatusOfPathOnX64(byte* path, MacStatus* status);

    // SAFETY: no more bytes are filled than the size says.
    [SupportedOSPlatform("windows")]
    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandleEx", SetLastError = true)]
    public static partial int GetFileInformation(SafeFileHandle file, int kind, void* info, uint size);
}
