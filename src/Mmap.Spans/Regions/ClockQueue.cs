namespace Mmap.Spans.Regions;

/// <summary>
/// A queue of the clock, linked through the entries themselves, with its sum of bytes. Every operation is O(1). Used
/// under the gate only.
/// </summary>
internal sealed class ClockQueue
{
    /// <summary>What has been in it for longest.</summary>
    public ClockEntry? Oldest { get; private set; }

    /// <summary>What came last.</summary>
    public ClockEntry? Newest { get; private set; }

    /// <summary>The charged bytes of all that is in it.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many are in it.</summary>
    public int Count { get; private set; }

    /// <summary>Puts an entry at the young end.</summary>
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

    /// <summary>Takes an entry out, wherever it stands.</summary>
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

    /// <summary>Takes the oldest out, if there is one.</summary>
    public ClockEntry? Take()
    {
        ClockEntry? entry = Oldest;
        if (entry is not null) Remove(entry);
        return entry;
    }
}
