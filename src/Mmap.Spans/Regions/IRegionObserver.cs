namespace Mmap.Spans.Regions;

/// <summary>
/// What the table and its files tell of their work, one method a happening. Called under no monitor and after
/// everything that the happening changes, so a call back into the table is like any other call.
/// </summary>
internal interface IRegionObserver
{
    /// <summary>A lease found no region and loads one.</summary>
    void Missed();

    /// <summary>A region is loaded and published.</summary>
    void Loaded(Region region);

    /// <summary>Regions were taken out of memory, but for those among them that the system refused to unmap.</summary>
    /// <param name="regions">The regions, of which those with <see cref="Region.IsUnmapped"/> are gone.</param>
    /// <param name="evicted">Whether they went for want of room.</param>
    void Left(in LeavingRegions regions, bool evicted);

    /// <summary>The system refused a load; other regions were dropped, and it is tried again.</summary>
    void Retried(string file, FileRange range, string refusal);

    /// <summary>Bytes of a region could not be read while they were leased; told once a region.</summary>
    void Unreadable(Region region, FileRange range);

    /// <summary>A lease was read and not mapped, because the table is full or no window holds it.</summary>
    void Copied(string file, long offset, int length);

    /// <summary>A window gets a place in a full table, for the lease that begins there.</summary>
    void Admitted(string file, long offset);

    /// <summary>A range is copied because it cannot be mapped.</summary>
    void FellBack(string file, FileRange range, string refusal);

    /// <summary>A file is not what it was.</summary>
    /// <param name="file">Its name for messages.</param>
    /// <param name="range">What was asked for, or what came or went; empty where it is the file as such.</param>
    /// <param name="what">What has become of it, as a sentence.</param>
    void FileChanged(string file, FileRange range, string what);
}
