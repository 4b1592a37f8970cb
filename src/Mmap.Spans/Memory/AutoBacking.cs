namespace Mmap.Spans.Memory;

/// <summary>
/// Mappings, and copies instead for small files and where a mapping is refused; a refusal is remembered for the file.
/// Thread-safe.
/// </summary>
/// <param name="file">Where the handle comes from.</param>
/// <param name="longestWindow">The bytes of a window that the end of the file does not cut short.</param>
/// <param name="fellBack">Called with the file's name, the range and the reason when a mapping is refused.</param>
/// <param name="guarded">Whether copies become unreadable at their end.</param>
internal sealed class AutoBacking(IHandleSource file, int longestWindow, Action<string, FileRange, string> fellBack, bool guarded = false) : IBacking
{
    /// <summary>
    /// Files up to this many bytes are copied: that is quicker than to map them, touch them and unmap them, even if only
    /// one page is touched. From twice as many on that is no longer so (perf/results/small-files).
    /// </summary>
    private const int CopiedUpToBytes = 64 << 10;

    // Order: acquire and release, as volatile gives them. Stale: another thread tries to map once more, and is refused too.
    private volatile bool _mappingRefused;

    public IBacking? Fallback => new CopiedBacking(file, guarded);

    public long Length => FileReads.LengthOf(file);

    public FileLook Look() => FileReads.LookAt(file);

    public long ChargeFor(long offset, int length) => MappedBacking.ChargeOf(offset, length);

    public int Read(long offset, Span<byte> destination) => FileReads.Read(file, offset, destination);

    public bool TryReadAhead(long offset, long length) => FileReads.TryReadAhead(file, offset, length);

    public RegionMemory Load(long offset, int length)
    {
        // A first window that the end of the file cuts short is the whole file; no need to ask the system.
        if (offset == 0 && length <= CopiedUpToBytes && length < longestWindow) return CopiedBacking.Load(file, guarded, offset, length);

        // To read zeroes must not take memory.
        if (FileReads.HarmOfMapping(file) == MappingHarm.TakesMemory)
            return CopiedBacking.Load(file, guarded, offset, length);

        if (!_mappingRefused)
        {
            try
            {
                return MappedBacking.Load(file, offset, length);
            }
            catch (MappingRefusedException refusal)
            {
                _mappingRefused = true;
                fellBack(file.Name, new FileRange(offset, length), refusal.Message);
            }
        }

        return CopiedBacking.Load(file, guarded, offset, length);
    }

    public bool TryUnload(in RegionMemory memory) =>
        memory.IsCopy ? NativeRegions.TryEndCopy(memory) : NativeRegions.TryUnmap(memory);
}
