using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;

namespace Mmap.Spans.Files;

/// <summary>What the system says of a file in one answer: which it is, of what kind, how long.</summary>
/// <param name="Identity">Which file it is.</param>
/// <param name="IsStream">Whether it is a pipe, a socket or a character device: nothing that has positions.</param>
/// <param name="Length">Its length in bytes.</param>
internal readonly record struct FileStatus(FileIdentity Identity, bool IsStream, long Length)
{
    private const int TypeMask = 0xF000;
    private const int Fifo = 0x1000;
    private const int CharacterDevice = 0x2000;
    private const int Socket = 0xC000;
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>The status of an open file. The caller keeps the handle open.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="path">What stands for its identity where the system tells none; may be null.</param>
    // SAFETY: the system fills structures on this stack; the caller keeps the handle open, so its number is no other file's.
    public static unsafe FileStatus Of(SafeFileHandle handle, string? path)
    {
        if (OperatingSystem.IsLinux())
        {
            byte empty = 0;
            SystemCalls.LinuxStatus status;
            // SAFETY: an empty path with EmptyPath means the handle itself; the structure is as long as the kernel's.
            if (SystemCalls.StatX((int)handle.DangerousGetHandle(), &empty, SystemCalls.EmptyPath, SystemCalls.WantStatus, &status) == 0)
                return From(status);
        }
        else if (OperatingSystem.IsMacOS())
        {
            SystemCalls.MacStatus status;
            int file = (int)handle.DangerousGetHandle();
            // SAFETY: the structure is at least as long as the system's.
            int answer = IsArm ? SystemCalls.StatusOfHandle(file, &status) : SystemCalls.StatusOfHandleOnX64(file, &status);
            if (answer == 0) return From(status);
        }
        else if (OperatingSystem.IsWindows())
        {
            const int FileIdInfoKind = 18;
            SystemCalls.FileIdInfo info;
            // SAFETY: the structure is FILE_ID_INFO and its size is passed.
            if (SystemCalls.GetFileInformation(handle, FileIdInfoKind, &info, (uint)sizeof(SystemCalls.FileIdInfo)) != 0)
                return new FileStatus(new FileIdentity(info.Volume, info.Low, info.High, null), false, RandomAccess.GetLength(handle));
        }

        // A handle without a name is a file of its own.
        string name = path ?? string.Create(null, $"#{handle.DangerousGetHandle()}");
        return new FileStatus(new FileIdentity(0, 0, 0, name), false, RandomAccess.GetLength(handle));
    }

    /// <summary>
    /// The status of the file that has this name now, or null if there is none or the system does not tell. On Unix
    /// nothing is opened, so that a pipe cannot make the caller wait.
    /// </summary>
    // SAFETY: the system fills a structure on this stack; the name is native memory that is freed after the last call.
    public static unsafe FileStatus? OfPath(string path)
    {
        if (OperatingSystem.IsWindows()) return OfPathOnWindows(path);

        nint name = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            if (OperatingSystem.IsLinux())
            {
                SystemCalls.LinuxStatus status;
                // SAFETY: the name ends with a zero; the structure is as long as the kernel's.
                int answer = SystemCalls.StatX(SystemCalls.CurrentFolder, (byte*)name, 0, SystemCalls.WantStatus, &status);
                return answer == 0 ? From(status) : null;
            }

            if (OperatingSystem.IsMacOS())
            {
                SystemCalls.MacStatus status;
                // SAFETY: the name ends with a zero; the structure is at least as long as the system's.
                int answer = IsArm ? SystemCalls.StatusOfPath((byte*)name, &status) : SystemCalls.StatusOfPathOnX64((byte*)name, &status);
                return answer == 0 ? From(status) : null;
            }

            return null;
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }

    /// <exception cref="NotSupportedException">It is a pipe, a socket or a device.</exception>
    public void ThrowIfStream(string name)
    {
        if (IsStream) throw new NotSupportedException($"'{name}' is a pipe, a socket or a device; only files that can be read at any position can be mapped.");
    }

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    [SupportedOSPlatform("windows")]
    private static FileStatus? OfPathOnWindows(string path)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.None);
            return Of(handle, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No such file, or one whose deletion is pending: nothing else has the name.
            return null;
        }
    }

    private static FileStatus From(in SystemCalls.LinuxStatus status)
    {
        // A file system without birth times leaves the bit out of the mask and zeroes in the fields.
        long born = (status.Mask & SystemCalls.WantBirthTime) != 0
            ? status.BirthSeconds * NanosecondsPerSecond + status.BirthNanoseconds
            : 0;
        ulong device = (ulong)status.DeviceMajor << 32 | status.DeviceMinor;
        return new FileStatus(new FileIdentity(device, status.Inode, (ulong)born, null), IsStreamMode(status.Mode), (long)status.Length);
    }

    private static FileStatus From(in SystemCalls.MacStatus status) => new(
        new FileIdentity((uint)status.Device, status.Inode, (ulong)(status.BirthSeconds * NanosecondsPerSecond + status.BirthNanoseconds), null),
        IsStreamMode(status.Mode),
        status.Length);

    private static bool IsStreamMode(ushort mode) => (mode & TypeMask) is Fifo or CharacterDevice or Socket;
}
