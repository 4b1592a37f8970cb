using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Bytes of a file in memory, and the data that the backing needs to unload them.</summary>
/// <param name="Address">The first byte; readable for <paramref name="Length"/> bytes until the unload.</param>
/// <param name="Length">The available bytes; fewer than requested if the file was truncated.</param>
/// <param name="View">The view that owns the mapping; null for a copy.</param>
/// <param name="Watch">The guard's record of unreadable bytes, if the mapping is watched.</param>
/// <param name="Mapped">The mapped bytes, if more than the length: past the end of a file that grows.</param>
internal readonly record struct RegionMemory(
    nint Address, int Length, SafeMemoryMappedViewHandle? View, WatchedMapping? Watch = null, int Mapped = 0)
{
    /// <summary>The bytes from <see cref="Address"/> on that belong to the region.</summary>
    public int Room => Math.Max(Length, Mapped);

    /// <summary>True for a copy, false for a mapping.</summary>
    public bool IsCopy => View is null;
}
