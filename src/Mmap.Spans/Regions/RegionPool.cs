namespace Mmap.Spans.Regions;

/// <summary>
/// The sweeper's regions of one kind of memory: an excess of one kind touches nothing of the other. Used under the gate
/// only, except the budget.
/// </summary>
internal sealed class RegionPool(ByteBudget bytes)
{
    public ByteBudget Bytes { get; } = bytes;

    /// <summary>The idle regions in the order of eviction.</summary>
    public RegionClock Clock { get; } = new();

    /// <summary>The stamps of evicted windows, for the clock.</summary>
    public LeftStamps Left { get; } = new();

    /// <summary>The regions that are marked, fenced and scanned, and wait to be retired or rescued.</summary>
    public Queue<Region> Limbo { get; } = new();

    /// <summary>The region that entered the limbo last, or was found there.</summary>
    private Region? _marked;

    /// <summary>True if a region of the limbo can be had; any thread may ask. False proves nothing.</summary>
    // Order: acquire. Stale: it could be had a moment ago; who wants it makes room under the gate, or is refused there.
    public bool ShowsIdle => Volatile.Read(ref _marked) is { } region && region.State.IsRetiring;

    /// <summary>Says which region of the limbo may be had.</summary>
    // Order: release; the region was marked before.
    public void Show(Region region) => Volatile.Write(ref _marked, region);
}
