namespace Mmap.Spans.Files;

/// <summary>
/// What makes a file the same file whatever name it is opened by: the device and the inode (the volume and the file id
/// on Windows), and the time of its birth, because inode numbers are given again. Where the system tells neither, the
/// full path stands for them.
/// </summary>
internal readonly record struct FileIdentity(ulong Device, ulong High, ulong Low, long Born, string? Path)
{
    /// <summary>Whether files of this device may be made up by the kernel, such as those of /proc and /sys.</summary>
    public bool IsVirtualDevice => OperatingSystem.IsLinux() && Path is null && Device >> 32 == 0;
}
