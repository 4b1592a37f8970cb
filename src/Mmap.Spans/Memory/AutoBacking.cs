namespace Mmap.Spans.Memory;

/// <summary>
/// Mappings, but copies for small files and where a mapping is refused. A refusal is remembered for the file.
/// Thread-safe.
/// </summary>
/// <param name="file">The source of the handle.</param>
/// <param name="longestWindow">The bytes of a window that the end of the file does not cut.</param>
/// <param name="pages">The memory of copies.</param>
internal sealed class AutoBacking(IHandleSource file, int longestWindow, PagePool pages) : FileBacking(file, pages)
{
    /// <summary>
    /// The length of files up to which a copy is quicker than a mapping, even if only one page is touched. From twice
    /// this length on a mapping is quicker (perf/results/small-files).
    /// </summary>
    private const int CopiedUpToBytes = 64 << 10;

    private readonly IHandleSource _file = file;
    private readonly PagePool _pages = pages;

    // Order: acquire and release, as volatile gives them. Stale: another thread tries to map once more, and is refused
    // too.
    private volatile bool _mappingRefused;

    public override IBacking? Fallback => new CopiedBacking(_file, _pages);

    public override bool ReadsWhenFull => true;

    // A first window that the end of the file cuts is the whole file, so the system need not be asked. And for some
    // files reading zeroes through a mapping takes memory.
    public override bool Copies(long offset, int length) =>
        _mappingRefused || (offset == 0 && length <= CopiedUpToBytes && length < longestWindow)
        || FileReads.HarmOfMapping(_file) == MappingHarm.TakesMemory;

    public override long ChargeFor(long offset, int length) =>
        Copies(offset, length) ? length : MappedBacking.ChargeOf(offset, length);

    protected override RegionMemory LoadOnce(long offset, int length, int room)
    {
        if (Copies(offset, length)) return CopiedBacking.Load(_file, _pages, offset, length);
        try
        {
            return MappedBacking.Load(_file, offset, length, room);
        }
        catch (MappingRefusedException)
        {
            // The caller has charged a mapping; it continues with the fallback, charged as a copy.
            _mappingRefused = true;
            throw;
        }
    }
}
