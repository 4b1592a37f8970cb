namespace Mmap.Spans.Files;

/// <summary>
/// The identity of a file under all its names. If the system has none, the full path stands for the numbers.
/// </summary>
/// <param name="Device">The device, or on Windows the volume.</param>
/// <param name="Number">The inode, or on Windows the lower half of the file's id.</param>
/// <param name="Rest">The time of its birth, because inode numbers are reused; on Windows the id's upper half.</param>
/// <param name="Path">The path that stands for the numbers; null otherwise.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Number, ulong Rest, string? Path)
{
    /// <summary>True if the kernel may generate files of this device, such as those of /proc and /sys.</summary>
    public bool IsVirtualDevice => OperatingSystem.IsLinux() && Path is null && Device >> 32 == 0;
}
