namespace Mmap.Spans.Files;

/// <summary>
/// What makes a file the same file whatever name it is opened by. Where the system tells nothing of it, the full path
/// stands for the numbers.
/// </summary>
/// <param name="Device">The device, or on Windows the volume.</param>
/// <param name="Number">The inode, or on Windows the lower half of the file's id.</param>
/// <param name="Rest">The time of its birth, because inode numbers are given again; on Windows the id's upper half.</param>
/// <param name="Path">What stands for the numbers, or null.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Number, ulong Rest, string? Path)
{
    /// <summary>Whether files of this device may be made up by the kernel, such as those of /proc and /sys.</summary>
    public bool IsVirtualDevice => OperatingSystem.IsLinux() && Path is null && Device >> 32 == 0;
}
