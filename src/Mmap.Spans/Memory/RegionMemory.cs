using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Bytes of a file that a backing put into memory, and what it needs to take them out again.</summary>
/// <param name="Address">The first byte asked for; readable for <paramref name="Length"/> bytes until the
/// unload.</param>
/// <param name="Length">The bytes there; fewer than asked for when the file has become shorter.</param>
/// <param name="View">The view that owns the mapping; null for a copy.</param>
/// <param name="Watch">What knows of bytes that could not be read, if the mapping is watched.</param>
/// <param name="Mapped">The bytes mapped, if those are more: past the end of a file that grows.</param>
internal readonly record struct RegionMemory(
    nint Address, int Length, SafeMemoryMappedViewHandle? View, WatchedMapping? Watch = null, int Mapped = 0)
{
    /// <summary>The bytes from <see cref="Address"/> on that are the region's.</summary>
    public int Room => Math.Max(Length, Mapped);

    /// <summary>Whether the bytes are a copy rather than a mapping.</summary>
    public bool IsCopy => View is null;
}
