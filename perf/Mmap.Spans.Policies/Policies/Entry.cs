namespace Mmap.Spans.Policies;

/// <summary>What a policy knows of one region: its size, its touched byte, and the queue it stands in.</summary>
internal sealed class Entry(int id, long bytes)
{
    /// <summary>Not used since the clock last looked.</summary>
    public const byte Untouched = 0;

    /// <summary>
    /// Used since the clock last looked: the only value a hit writes, and only over <see cref="Untouched"/>.
    /// </summary>
    public const byte Used = 1;

    /// <summary>Just loaded: hits do not write, so the burst that loaded the region counts as one use.</summary>
    public const byte Fresh = 2;

    public int Id { get; } = id;

    public long Bytes { get; } = bytes;

    /// <summary>
    /// The one byte a hit may write, without a lock. In the region clock it is set to fresh before anybody sees the
    /// region.
    /// </summary>
    public byte Touched;

    /// <summary>The turns of the hand that the entry may still miss; a policy with a counter keeps it here.</summary>
    public byte Turns;

    /// <summary>
    /// The region clock's word that the entry belongs into the ring, also while it stands in no queue.
    /// </summary>
    public bool Proven;

    /// <summary>The policy's clock when the entry was loaded or last let stay; 0: never inserted.</summary>
    public long Stamp;

    public Entry? Previous;
    public Entry? Next;
    public EntryQueue? Queue;
}
