using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;

namespace Mmap.Spans.Files;

/// <summary>The status of a file from one call of the system: identity, kind, length, last write.</summary>
/// <param name="Identity">The identity.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Look">Its length, and the time of its last write.</param>
/// <param name="Links">The number of its names; 1 if unknown.</param>
/// <param name="AllocatedBytes">The bytes allocated on its file system; its length if unknown.</param>
internal readonly record struct FileStatus(
    FileIdentity Identity, FileKind Kind, FileLook Look, long Links, long AllocatedBytes)
{
    private const int TypeMask = 0xF000;
    private const int Folder = 0x4000;
    private const int Regular = 0x8000;
    private const int BlockBytes = 512;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Its length in bytes.</summary>
    public long Length => Look.Length;

    /// <summary>The status of an open file. The caller keeps the handle open.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="path">The path, as an identity if the system has none; may be null.</param>
    // SAFETY: the system fills structures on this stack; the caller keeps the handle open, so its number stays its own.
    public static unsafe FileStatus Of(SafeFileHandle handle, string? path)
    {
        if (OperatingSystem.IsLinux())
        {
            byte empty = 0;
            // SAFETY: an empty path with EmptyPath means the handle itself.
            if (AskLinux((int)handle.DangerousGetHandle(), &empty, SystemCalls.EmptyPath) is { } status) return status;
        }
        else if (OperatingSystem.IsMacOS())
        {
            SystemCalls.MacStatus status;
            int file = (int)handle.DangerousGetHandle();
            // SAFETY: the structure is at least as long as the system's.
            int answer = IsArm
                ? SystemCalls.StatusOfHandle(file, &status) : SystemCalls.StatusOfHandleOnX64(file, &status);
            if (answer == 0) return From(status);
        }
        else if (OperatingSystem.IsWindows())
        {
            const int FileIdInfoKind = 18;
            SystemCalls.FileIdInfo info;
            uint size = (uint)sizeof(SystemCalls.FileIdInfo);
            // SAFETY: the structure is FILE_ID_INFO and its size is passed.
            if (SystemCalls.GetFileInformation(handle, FileIdInfoKind, &info, size) != 0)
                return Of(new FileIdentity(info.Volume, info.Low, info.High, null), handle);
        }

        // A handle without a name is a file of its own.
        return Of(new FileIdentity(0, 0, 0, path ?? string.Create(null, $"#{handle.DangerousGetHandle()}")), handle);
    }

    /// <summary>
    /// The status of the file that has this name now; null if there is none or it is unknown. On Unix no file is
    /// opened, so that a pipe cannot block the caller.
    /// </summary>
    // SAFETY: the system fills a structure on this stack; the name is native memory that is freed after the last call.
    public static unsafe FileStatus? OfPath(string path)
    {
        if (OperatingSystem.IsWindows()) return OfPathOnWindows(path);

        nint name = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            // SAFETY: the name ends with a zero.
            if (OperatingSystem.IsLinux()) return AskLinux(SystemCalls.CurrentFolder, (byte*)name, 0);

            if (OperatingSystem.IsMacOS())
            {
                SystemCalls.MacStatus status;
                // SAFETY: as above.
                int answer = IsArm ? SystemCalls.StatusOfPath((byte*)name, &status)
                    : SystemCalls.StatusOfPathOnX64((byte*)name, &status);
                return answer == 0 ? From(status) : null;
            }

            return null;
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }

    /// <summary>Throws if the file cannot be read at any position.</summary>
    /// <exception cref="UnauthorizedAccessException">The file is a folder.</exception>
    /// <exception cref="NotSupportedException">The file is a pipe, a socket or a device.</exception>
    public void ThrowIfNoFile(string name)
    {
        if (Kind == FileKind.Folder)
            throw new UnauthorizedAccessException($"'{name}' is a folder; only files can be mapped.");
        if (Kind == FileKind.Stream)
        {
            throw new NotSupportedException(
                $"'{name}' is a pipe, a socket or a device; "
                + "only files that can be read at any position can be mapped.");
        }
    }

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>Asks by <c>statx</c>; if that is refused for any reason, by the older call.</summary>
    // SAFETY: the structure is as long as the kernel's; the caller's path ends with a zero.
    [SupportedOSPlatform("linux")]
    private static unsafe FileStatus? AskLinux(int folder, byte* path, int flags)
    {
        SystemCalls.LinuxStatus status;
        // SAFETY: as above.
        bool told = SystemCalls.StatX(folder, path, flags, SystemCalls.WantStatus, &status) == 0
                    || StatusCalls.TryAsk(folder, path, flags, out status);
        return told ? From(status) : null;
    }

    [SupportedOSPlatform("windows")]
    private static FileStatus? OfPathOnWindows(string path)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
            return Of(handle, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No such file, or one whose deletion is pending: no other file has the name.
            return null;
        }
    }

    /// <summary>The framework's status of an open file whose identity is known.</summary>
    private static FileStatus Of(FileIdentity identity, SafeFileHandle handle)
    {
        long length = RandomAccess.GetLength(handle);
        var look = new FileLook(length, File.GetLastWriteTimeUtc(handle).Ticks);
        return new FileStatus(identity, FileKind.Regular, look, 1, length);
    }

    private static FileStatus From(in SystemCalls.LinuxStatus status)
    {
        // A file system without birth times leaves the bit out of the mask and zeroes in the fields.
        long born = (status.Mask & SystemCalls.WantBirthTime) != 0
            ? status.BirthSeconds * NanosecondsPerSecond + status.BirthNanoseconds
            : 0;
        long modified = status.ModifiedSeconds * NanosecondsPerSecond + status.ModifiedNanoseconds;
        ulong device = (ulong)status.DeviceMajor << 32 | status.DeviceMinor;
        return new FileStatus(
            new FileIdentity(device, status.Inode, (ulong)born, null),
            KindOf(status.Mode),
            new FileLook((long)status.Length, modified),
            status.Links,
            (long)status.Blocks * BlockBytes);
    }

    private static FileStatus From(in SystemCalls.MacStatus status)
    {
        long born = status.BirthSeconds * NanosecondsPerSecond + status.BirthNanoseconds;
        long modified = status.ModifiedSeconds * NanosecondsPerSecond + status.ModifiedNanoseconds;
        return new FileStatus(
            new FileIdentity((uint)status.Device, status.Inode, (ulong)born, null),
            KindOf(status.Mode),
            new FileLook(status.Length, modified),
            status.Links,
            status.Blocks * BlockBytes);
    }

    private static FileKind KindOf(ushort mode) => (mode & TypeMask) switch
    {
        Regular => FileKind.Regular,
        Folder => FileKind.Folder,
        _ => FileKind.Stream,
    };
}
