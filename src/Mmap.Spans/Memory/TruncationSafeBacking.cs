namespace Mmap.Spans.Memory;

/// <summary>
/// Mappings that the truncation guard watches, and copies where it cannot: no byte that the file loses can end the
/// process. Thread-safe.
/// </summary>
/// <param name="file">The source of the handle.</param>
/// <param name="longestWindow">The bytes of a window that the end of the file does not cut.</param>
/// <param name="unguarded">Receives the reason from the first load of the process that finds no guard.</param>
/// <param name="pages">The memory of copies.</param>
internal sealed class TruncationSafeBacking(
    IHandleSource file, int longestWindow, Action<string> unguarded, PagePool pages) : FileBacking(file, pages)
{
    private const int MostTries = 4;

    private readonly IHandleSource _file = file;
    private readonly PagePool _pages = pages;
    private readonly CopiedBacking _copies = new(file, pages);
    private readonly AutoBacking _mappings = new(file, longestWindow, pages);

    /// <summary>The look after the last read for a lease.</summary>
    private long _seenLength = -1, _seenModifiedAt;

    public override IBacking? Fallback => _copies;

    public override bool ReadsWhenFull => true;

    // Under guard mode an ended region could be taken for one that the file has lost.
    public override bool Copies(long offset, int length) =>
        _pages.IsGuarded || TruncationGuard.Table is null || _mappings.Copies(offset, length);

    public override long ChargeFor(long offset, int length) =>
        Copies(offset, length) ? length : MappedBacking.ChargeOf(offset, length);

    /// <remarks>
    /// A read that meets a cut may give zeroes where pages were dropped, and count them as bytes: Linux asks for the
    /// length before it copies. So if the file was written to or cut during a read, the bytes are read again.
    /// </remarks>
    public override int ReadForLease(long offset, Span<byte> destination)
    {
        for (int tries = 0; tries < MostTries; tries++)
        {
            // Order: acquire, each; before the read. Stale, or halves of two looks: both looks came before the read. If
            // the file now has the length of one and the time of the other, it is as it was at the later look.
            var before = new FileLook(Volatile.Read(ref _seenLength), Volatile.Read(ref _seenModifiedAt));
            int read = FileReads.Read(_file, offset, destination, out FileLook after);
            if (after == before) return read;
            // Order: release, each; see above.
            Volatile.Write(ref _seenLength, after.Length);
            Volatile.Write(ref _seenModifiedAt, after.ModifiedAt);
        }

        return -1;
    }

    protected override RegionMemory LoadOnce(long offset, int length, int room)
    {
        if (_pages.IsGuarded) return _copies.Load(offset, length);
        if (TruncationGuard.Table is { } table) return Watch(table, _mappings.Load(offset, length, room));
        if (TruncationGuard.TakeRefusal() is { } refusal) unguarded(refusal);
        return _copies.Load(offset, length);
    }

    /// <summary>
    /// Makes the guard watch a mapping. It counts as two from now on, because lost bytes split it in two.
    /// </summary>
    /// <exception cref="InsufficientMemoryException">The maximum of mappings is reached.</exception>
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
            // If the system refuses even this, the mapping is lost; no thread has seen it.
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
