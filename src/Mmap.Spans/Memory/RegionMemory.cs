using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Bytes of a file that a backing put into memory, and what it needs to take them out again.</summary>
/// <param name="Address">The first byte asked for; readable for <paramref name="Length"/> bytes until the
/// unload.</param>
/// <param name="Length">The bytes there; fewer than asked for when the file has become shorter.</param>
/// <param name="View">The view that owns the mapping; null for a copy.</param>
/// <param name="Watch">What knows of bytes that could not be read, if the mapping is watched.</param>
internal readonly record struct RegionMemory(
    nint Address, int Length, SafeMemoryMappedViewHandle? View, WatchedMapping? Watch = null)
{
    /// <summary>Whether the bytes are a copy rather than a mapping.</summary>
    public bool IsCopy => View is null;
}
