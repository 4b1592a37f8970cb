namespace Mmap.Spans.Memory;

/// <summary>
/// Mappings that the truncation guard watches, and copies where that cannot be had: no byte that the file loses can end
/// the process. Thread-safe.
/// </summary>
/// <param name="file">Where the handle comes from.</param>
/// <param name="longestWindow">The bytes of a window that the end of the file does not cut short.</param>
/// <param name="fellBack">Called with the file's name, the range and the reason when a mapping is refused.</param>
/// <param name="unguarded">Called with the reason by the first load of the process that finds no guard.</param>
/// <param name="pages">Where copies get their memory.</param>
internal sealed class TruncationSafeBacking(
    IHandleSource file,
    int longestWindow,
    Action<string, FileRange, string> fellBack,
    Action<string> unguarded,
    PagePool pages) : FileBacking(file, pages)
{
    private readonly IHandleSource _file = file;
    private readonly PagePool _pages = pages;
    private readonly AutoBacking _mappings = new(file, longestWindow, fellBack, pages);

    public override IBacking? Fallback => _mappings.Fallback;

    public override long ChargeFor(long offset, int length) => _mappings.ChargeFor(offset, length);

    protected override RegionMemory LoadOnce(long offset, int length)
    {
        // Where regions become unreadable at their end, a mapping could be taken for one that the file has lost.
        if (_pages.IsGuarded) return CopiedBacking.Load(_file, _pages, offset, length);

        if (TruncationGuard.Table is not { } table)
        {
            if (TruncationGuard.TakeRefusal() is { } refusal) unguarded(refusal);
            return CopiedBacking.Load(_file, _pages, offset, length);
        }

        RegionMemory memory = _mappings.Load(offset, length);
        if (memory.IsCopy) return memory;

        RegionMemory? watched = null;
        try
        {
            watched = TryWatch(table, memory);
        }
        finally
        {
            // If the system refuses even this, the mapping is lost; nobody has seen it.
            if (watched is null) NativeRegions.TryUnmap(memory);
        }

        return watched ?? CopiedBacking.Load(_file, _pages, offset, length);
    }

    /// <summary>
    /// Has the guard watch a mapping, which counts as two from now on: the guard makes two of it where bytes are lost.
    /// </summary>
    /// <returns>Null if the table has no room.</returns>
    /// <exception cref="InsufficientMemoryException">There are as many mappings as may be.</exception>
    private static RegionMemory? TryWatch(GuardTable table, in RegionMemory memory)
    {
        NativeRegions.CountMapping();
        if (table.TryWatch(PageRange.Of(memory)) is { } watch) return memory with { Watch = watch };
        NativeRegions.UncountMapping();
        return null;
    }
}
