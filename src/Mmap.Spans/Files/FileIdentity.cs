using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;

namespace Mmap.Spans.Files;

/// <summary>
/// What makes a file the same file whatever name it is opened by: the device and the inode (the volume and the file id
/// on Windows), and the time of its birth, because inode numbers are given again. Where the system tells neither, the
/// full path stands for them.
/// </summary>
internal readonly record struct FileIdentity(ulong Device, ulong High, ulong Low, long Born, string? Path)
{
    private const ushort TypeMask = 0xF000;
    private const ushort Fifo = 0x1000;
    private const ushort CharacterDevice = 0x2000;
    private const ushort Socket = 0xC000;

    /// <summary>Whether files of this device may be made up by the kernel, such as those of /proc and /sys.</summary>
    public bool IsVirtualDevice => OperatingSystem.IsLinux() && Path is null && Device >> 32 == 0;

    /// <summary>The identity of an open file. The caller keeps the handle open.</summary>
    public static unsafe FileIdentity Of(SafeFileHandle handle, string? path)
    {
        if (OperatingSystem.IsLinux())
        {
            SystemCalls.FileStatus status;
            byte empty = 0;
            // SAFETY: an empty path with EmptyPath means the handle itself; the structure is as long as the kernel's.
            if (SystemCalls.StatX((int)handle.DangerousGetHandle(), &empty, SystemCalls.EmptyPath, SystemCalls.WantInode | SystemCalls.WantBirthTime, &status) == 0)
                return From(status);
        }
        else if (OperatingSystem.IsWindows())
        {
            const int FileIdInfoKind = 18;
            SystemCalls.FileIdInfo info;
            // SAFETY: the structure is FILE_ID_INFO and its size is passed.
            if (SystemCalls.GetFileInformation(handle, FileIdInfoKind, &info, (uint)sizeof(SystemCalls.FileIdInfo)) != 0)
                return new FileIdentity(info.Volume, info.High, info.Low, 0, null);
        }

        // A handle without a name is a file of its own.
        return new FileIdentity(0, 0, 0, 0, path ?? string.Create(null, $"#{handle.DangerousGetHandle()}"));
    }

    /// <summary>The identity of the file that has this name now, or null if the system does not tell or there is none.</summary>
    /// <exception cref="NotSupportedException">It is a pipe, a socket or a device: opening it could block for ever.</exception>
    public static FileIdentity? OfPath(string path)
    {
        if (!OperatingSystem.IsLinux() || !TryStatus(path, out SystemCalls.FileStatus status)) return null;

        if ((status.Mode & TypeMask) is Fifo or CharacterDevice or Socket)
            throw new NotSupportedException($"'{path}' is a pipe, a socket or a device; only files that can be read at any position can be mapped.");

        return From(status);
    }

    private static FileIdentity From(in SystemCalls.FileStatus status)
    {
        // A file system without birth times leaves the bit out of the mask and zeroes in the fields.
        long born = (status.Mask & SystemCalls.WantBirthTime) != 0
            ? status.BirthSeconds * 1_000_000_000 + status.BirthNanoseconds
            : 0;
        return new FileIdentity((ulong)status.DeviceMajor << 32 | status.DeviceMinor, 0, status.Inode, born, null);
    }

    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    private static unsafe bool TryStatus(string path, out SystemCalls.FileStatus status)
    {
        nint name = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            SystemCalls.FileStatus found;
            // SAFETY: the name ends with a zero; the structure is as long as the kernel's.
            int answer = SystemCalls.StatX(SystemCalls.CurrentFolder, (byte*)name, 0, SystemCalls.WantInode | SystemCalls.WantBirthTime, &found);
            status = found;
            return answer == 0;
        }
        finally
        {
            Marshal.FreeCoTaskMem(name);
        }
    }
}
