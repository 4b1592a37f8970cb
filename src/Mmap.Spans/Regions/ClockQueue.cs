namespace Mmap.Spans.Regions;

/// <summary>
/// A queue of the clock, linked through the entries themselves, with its sum of bytes. Every operation is O(1). Used
/// under the gate only.
/// </summary>
internal sealed class ClockQueue
{
    /// <summary>The oldest entry.</summary>
    public ClockEntry? Oldest { get; private set; }

    /// <summary>The newest entry.</summary>
    public ClockEntry? Newest { get; private set; }

    /// <summary>The charged bytes of all entries.</summary>
    public long Bytes { get; private set; }

    /// <summary>The number of entries.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an entry at the young end.</summary>
    public void Add(ClockEntry entry)
    {
        entry.Queue = this;
        entry.Next = null;
        entry.Previous = Newest;
        if (Newest is null) Oldest = entry;
        else Newest.Next = entry;
        Newest = entry;
        Bytes += entry.ChargedBytes;
        Count++;
    }

    /// <summary>Removes an entry, wherever it is.</summary>
    public void Remove(ClockEntry entry)
    {
        if (entry.Previous is null) Oldest = entry.Next;
        else entry.Previous.Next = entry.Next;
        if (entry.Next is null) Newest = entry.Previous;
        else entry.Next.Previous = entry.Previous;
        entry.Previous = entry.Next = null;
        entry.Queue = null;
        Bytes -= entry.ChargedBytes;
        Count--;
    }

    /// <summary>Removes the oldest entry, if there is one.</summary>
    public ClockEntry? Take()
    {
        ClockEntry? entry = Oldest;
        if (entry is not null) Remove(entry);
        return entry;
    }
}
