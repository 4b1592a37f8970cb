namespace Mmap.Spans.Regions;

/// <summary>The clock's state of a region; see <see cref="RegionClock"/> for the meaning of each part.</summary>
/// <remarks>The sweeper's, under the gate, except <see cref="Touched"/>, which any hit writes.</remarks>
internal abstract class ClockEntry
{
    /// <summary>Not used since the clock last looked.</summary>
    public const byte Untouched = 0;

    /// <summary>
    /// Used since the clock last looked: the only value a hit writes, and only over <see cref="Untouched"/>.
    /// </summary>
    public const byte Used = 1;

    /// <summary>Just loaded: hits do not write, so that the burst behind the load counts as one use.</summary>
    public const byte Fresh = 2;

    /// <summary>The one byte that hits write, without a lock.</summary>
    public byte Touched = Fresh;

    /// <summary>The number of turns of the hand that the region may still be unused.</summary>
    public byte Turns;

    /// <summary>True if the region belongs into the ring, even while it is out of the clock.</summary>
    public bool Proven;

    /// <summary>
    /// True if it was used again when the clock last looked; the next look then counts for such regions.
    /// </summary>
    public bool UsedAgain;

    /// <summary>
    /// The bytes loaded when the region was, or when the clock last spared it; 0 if it was never in the clock.
    /// </summary>
    public long Stamp;

    /// <summary>The bytes charged for the region.</summary>
    public long ChargedBytes;

    /// <summary>The queue of the region, or null, and its neighbours there.</summary>
    public ClockQueue? Queue;

    public ClockEntry? Previous, Next;

    /// <summary>Records one use. Stale: a lost or late record costs the region one turn of the hand.</summary>
    public void Touch()
    {
        // Only if it is untouched: a store at every hit would move the line between cores.
        if (Touched == Untouched) Touched = Used;
    }
}
