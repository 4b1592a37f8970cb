using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>
/// The operating system's calls that the framework does not offer. Each caller is behind a check of the platform and
/// takes "no such call here" for an answer.
/// </summary>
// SAFETY: unsafe for the pointers in the declarations. Nothing is read or written here; what each call needs stands above it.
internal static unsafe partial class SystemCalls
{
    /// <summary>Windows' pseudo handle of the process itself.</summary>
    public const nint CurrentProcess = -1;
    public const int CurrentFolder = -100;

    /// <summary>Linux's number, on every architecture, of the call that advises about several ranges at once.</summary>
    public const nint ProcessAdviseNumber = 440;

    /// <summary>What that call takes for the process itself, since Linux 6.14.</summary>
    public const nint OwnProcess = -10000;
    public const int EmptyPath = 0x1000;
    public const uint WantBirthTime = 0x800;

    /// <summary>Type, mode, links, time of the last write, inode, length and blocks, and the time of birth.</summary>
    public const uint WantStatus = 0x1 | 0x2 | 0x4 | 0x40 | 0x100 | 0x200 | 0x400 | WantBirthTime;
    public const int OutOfMemoryErrno = 12;
    public const int TooManyFilesErrno = 24;
    public const int TooManyFilesSystemErrno = 23;

    /// <summary>The part of Linux's <c>struct statx</c> that tells one file from another, and its length.</summary>
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

    /// <summary>Windows' <c>WIN32_MEMORY_RANGE_ENTRY</c> and Linux's <c>struct iovec</c>, which are alike.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MemoryRange
    {
        public nint Address;
        public nuint Bytes;
    }

    /// <summary>POSIX <c>struct rlimit</c> where both members are 64 bits: 64-bit Linux and macOS.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
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

    /// <returns>The bytes sent, 0 at the end of the file, or -1. The offset is 64 bits long in a 64-bit process only.</returns>
    // SAFETY: the kernel writes to the offset alone, which is the caller's.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "sendfile")]
    public static partial nint SendFile(SafeFileHandle to, SafeFileHandle from, long* offset, nuint count);

    // SAFETY: no lease of the range lives; whoever read it afterwards would read what is mapped there next.
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(nint address, nuint length);

    // SAFETY: two members of 64 bits are filled, which is what both systems have in a 64-bit process.
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetResourceLimit(int resource, ResourceLimit* limit);

    // SAFETY: as for Unmap, but that the read faults.
    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint length, int permissions, int flags, int file, nint offset);

    // SAFETY: four bytes are filled; who reads a range that is forbidden faults, so no lease of it may live.
    [SupportedOSPlatform("windows")]
    [LibraryImport("kernel32", EntryPoint = "VirtualAlloc", SetLastError = true)]
    public static partial nint VirtualAlloc(nint address, nuint length, uint kind, uint permissions);

    [SupportedOSPlatform("windows")]
    [LibraryImport("kernel32", EntryPoint = "VirtualFree", SetLastError = true)]
    public static partial int VirtualFree(nint address, nuint length, uint kind);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(nint address, nuint length, int advice);

    /// <summary><c>process_madvise</c>, by its number: most C libraries have no name for it.</summary>
    // SAFETY: as many ranges are read as are counted.
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    public static partial nint ProcessAdvise(nint number, nint process, MemoryRange* ranges, nuint count, nint advice, nuint flags);

    /// <returns>0, or the errno itself.</returns>
    [SupportedOSPlatform("linux")]
    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    public static partial int FileAdvise(SafeFileHandle file, long offset, long length, int advice);

    // SAFETY: as many entries are read as are counted.
    [SupportedOSPlatform("windows")]
    [LibraryImport("kernel32", EntryPoint = "PrefetchVirtualMemory", SetLastError = true)]
    public static partial int PrefetchVirtualMemory(nint process, nuint count, MemoryRange* ranges, uint flags);

    // SAFETY: no more bytes are filled than the size says.
    [SupportedOSPlatform("windows")]
    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandleEx", SetLastError = true)]
    public static partial int GetFileInformation(SafeFileHandle file, int kind, void* info, uint size);

    // SAFETY: 48 bytes are filled at most.
    [SupportedOSPlatform("windows")]
    [LibraryImport("kernel32", EntryPoint = "GetSystemInfo")]
    public static partial void GetSystemInfo(byte* info);
}
