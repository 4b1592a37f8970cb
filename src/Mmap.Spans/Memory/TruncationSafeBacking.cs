namespace Mmap.Spans.Memory;

/// <summary>
/// Mappings that the truncation guard watches, and copies where that cannot be had: no byte that the file loses can end
/// the process. Thread-safe.
/// </summary>
/// <param name="file">Where the handle comes from.</param>
/// <param name="longestWindow">The bytes of a window that the end of the file does not cut short.</param>
/// <param name="unguarded">Called with the reason by the first load of the process that finds no guard.</param>
/// <param name="pages">Where copies get their memory.</param>
internal sealed class TruncationSafeBacking(
    IHandleSource file, int longestWindow, Action<string> unguarded, PagePool pages) : FileBacking(file, pages)
{
    private readonly PagePool _pages = pages;
    private readonly CopiedBacking _copies = new(file, pages);
    private readonly AutoBacking _mappings = new(file, longestWindow, pages);

    public override IBacking? Fallback => _copies;

    // Where regions become unreadable at their end, one that ended could be taken for one that the file has lost.
    public override bool Copies(long offset, int length) =>
        _pages.IsGuarded || TruncationGuard.Table is null || _mappings.Copies(offset, length);

    public override long ChargeFor(long offset, int length) =>
        Copies(offset, length) ? length : MappedBacking.ChargeOf(offset, length);

    protected override RegionMemory LoadOnce(long offset, int length, int room)
    {
        if (_pages.IsGuarded) return _copies.Load(offset, length);
        if (TruncationGuard.Table is { } table) return Watch(table, _mappings.Load(offset, length, room));
        if (TruncationGuard.TakeRefusal() is { } refusal) unguarded(refusal);
        return _copies.Load(offset, length);
    }

    /// <summary>
    /// Has the guard watch a mapping, which counts as two from now on: the guard makes two of it where bytes are lost.
    /// </summary>
    /// <exception cref="InsufficientMemoryException">There are as many mappings as may be.</exception>
    private static RegionMemory Watch(GuardTable table, in RegionMemory memory)
    {
        if (memory.IsCopy) return memory;

        RegionMemory? watched = null;
        try
        {
            watched = TryWatch(table, memory);
            return watched ?? throw new InsufficientMemoryException("The truncation guard can watch no more mappings.");
        }
        finally
        {
            // If the system refuses even this, the mapping is lost; nobody has seen it.
            if (watched is null) NativeRegions.TryUnmap(memory);
        }
    }

    private static RegionMemory? TryWatch(GuardTable table, in RegionMemory memory)
    {
        NativeRegions.CountMapping();
        if (table.TryWatch(PageRange.Of(memory)) is { } watch) return memory with { Watch = watch };
        NativeRegions.UncountMapping();
        return null;
    }
}
