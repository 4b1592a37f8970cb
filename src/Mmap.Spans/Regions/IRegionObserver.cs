namespace Mmap.Spans.Regions;

/// <summary>
/// The news of the table and its files, one method an event. Called under no monitor, and after everything that the
/// event changes. So a call back into the table is like any other call.
/// </summary>
internal interface IRegionObserver
{
    /// <summary>A lease found no region and loads one.</summary>
    void Missed();

    /// <summary>A region is loaded and published.</summary>
    void Loaded(Region region);

    /// <summary>Regions left memory, except those that the system refused to unmap.</summary>
    /// <param name="regions">The regions; those with <see cref="Region.IsUnmapped"/> are unmapped.</param>
    /// <param name="evicted">True if the victims among them were evicted to make room.</param>
    void Left(in LeavingRegions regions, bool evicted);

    /// <summary>The system refused a load; other regions were evicted, and it is tried again.</summary>
    void Retried(string file, FileRange range, string refusal);

    /// <summary>Bytes of a region could not be read while they were leased; called once a region.</summary>
    void Unreadable(Region region, FileRange range);

    /// <summary>A lease was read and not mapped, because the table is full or no window holds it.</summary>
    void Copied(string file, long offset, int length);

    /// <summary>A window gets a place in a full table, for the lease that begins there.</summary>
    void Admitted(string file, long offset);

    /// <summary>A range is copied because it cannot be mapped.</summary>
    void FellBack(string file, FileRange range, string refusal);

    /// <summary>A file has changed.</summary>
    /// <param name="file">Its name for messages.</param>
    /// <param name="range">The requested range, or the one that changed; empty for the whole file.</param>
    /// <param name="what">The change, as a sentence.</param>
    void FileChanged(string file, FileRange range, string what);
}
