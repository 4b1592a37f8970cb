namespace Mmap.Spans.Regions;

/// <summary>What the clock knows of a region; see <see cref="RegionClock"/> for the meaning of each part.</summary>
/// <remarks>All of it is the sweeper's, under the gate, but for <see cref="Touched"/>, which any hit writes.</remarks>
internal abstract class ClockEntry
{
    /// <summary>Not used since the clock last looked.</summary>
    public const byte Untouched = 0;

    /// <summary>Used since the clock last looked: the only value a hit writes, and only over <see cref="Untouched"/>.</summary>
    public const byte Used = 1;

    /// <summary>Just loaded: hits do not write, so that the burst the region was loaded for counts as one use.</summary>
    public const byte Fresh = 2;

    /// <summary>The one byte that hits write, without a lock.</summary>
    public byte Touched = Fresh;

    /// <summary>The turns of the hand that the region may still be unused.</summary>
    public byte Turns;

    /// <summary>Whether the region belongs into the ring, also while it is out of the clock.</summary>
    public bool Proven;

    /// <summary>Whether it was used again when the clock last looked: what the clock then learns is of such a one.</summary>
    public bool UsedAgain;

    /// <summary>The bytes that had been loaded when the region was, or when the clock last let it stay; 0: never in it.</summary>
    public long Stamp;

    /// <summary>What the budget is charged for the region.</summary>
    public long ChargedBytes;

    /// <summary>The queue the region stands in, or null, and its neighbours there.</summary>
    public ClockQueue? Queue;

    public ClockEntry? Previous, Next;

    /// <summary>Notes one use. Stale: a lost or late note costs the region one turn of the hand.</summary>
    public void Touch()
    {
        // Only when it says untouched: a store at every hit would bounce the line between cores.
        if (Touched == Untouched) Touched = Used;
    }
}
