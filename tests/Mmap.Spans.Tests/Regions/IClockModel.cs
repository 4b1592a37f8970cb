namespace Mmap.Spans.Tests.Regions;

/// <summary>
/// The order of eviction in the plainest code, to compare with <c>RegionClock</c>. Another
/// algorithm needs another implementation of this and nothing else.
/// </summary>
internal interface IClockModel
{
    /// <summary>The number of regions held.</summary>
    int Count { get; }

    /// <summary>Takes a region in.</summary>
    /// <param name="region">The region; one with a stamp has been in before.</param>
    /// <param name="leftAt">The stamp with which the window's last region left, or 0.</param>
    void Insert(ModelRegion region, long leftAt);

    /// <summary>Takes a region out, if it is in.</summary>
    void Remove(ModelRegion region);

    /// <summary>Removes the next victim; null if there is no region.</summary>
    ModelRegion? TakeVictim();

    /// <summary>Removes the next victim if it is unused; null if it was used, or if there is no region.</summary>
    ModelRegion? TakeIfUnused();
}
