namespace Mmap.Spans.Regions;

/// <summary>
/// The regions of one kind of memory, as the sweeper keeps them: when only one kind is over its budget, nothing of the
/// other is looked at. Used under the gate only, but for the budget.
/// </summary>
internal sealed class RegionPool(ByteBudget bytes)
{
    public ByteBudget Bytes { get; } = bytes;

    /// <summary>The regions in use order.</summary>
    public RegionClock Clock { get; } = new();

    /// <summary>What the clock knew of the windows that left.</summary>
    public LeftStamps Left { get; } = new();

    /// <summary>The regions that are marked, fenced and scanned, and wait to be retired or rescued.</summary>
    public Queue<Region> Limbo { get; } = new();
}
