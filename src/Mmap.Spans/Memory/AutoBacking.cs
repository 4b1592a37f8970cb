namespace Mmap.Spans.Memory;

/// <summary>
/// Mappings, and copies instead for small files and where a mapping is refused; a refusal is remembered for the file.
/// Thread-safe.
/// </summary>
/// <param name="file">Where the handle comes from.</param>
/// <param name="longestWindow">The bytes of a window that the end of the file does not cut short.</param>
/// <param name="pages">Where copies get their memory.</param>
internal sealed class AutoBacking(IHandleSource file, int longestWindow, PagePool pages) : FileBacking(file, pages)
{
    /// <summary>
    /// Files up to this many bytes are copied: that is quicker than to map them, touch them and unmap them, even if
    /// only one page is touched. From twice as many on that is no longer so (perf/results/small-files).
    /// </summary>
    private const int CopiedUpToBytes = 64 << 10;

    private readonly IHandleSource _file = file;
    private readonly PagePool _pages = pages;

    // Order: acquire and release, as volatile gives them. Stale: another thread tries to map once more, and is refused
    // too.
    private volatile bool _mappingRefused;

    public override IBacking? Fallback => new CopiedBacking(_file, _pages);

    public override bool ReadsWhenFull => true;

    // A first window that the end of the file cuts short is the whole file; no need to ask the system. And of some
    // files to read zeroes through a mapping takes memory.
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
            // The caller has charged a mapping; it goes on with the fallback, charged as what it is.
            _mappingRefused = true;
            throw;
        }
    }
}
