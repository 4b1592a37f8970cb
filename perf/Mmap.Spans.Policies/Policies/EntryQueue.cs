namespace Mmap.Spans.Policies;

/// <summary>
/// A doubly linked queue through the entries themselves, with its sum of bytes. Every operation is O(1).
/// </summary>
internal sealed class EntryQueue
{
    public Entry? Oldest { get; private set; }

    public Entry? Newest { get; private set; }

    public long Bytes { get; private set; }

    public int Count { get; private set; }

    public void Add(Entry entry)
    {
        entry.Queue = this;
        entry.Next = null;
        entry.Previous = Newest;
        if (Newest is null) Oldest = entry;
        else Newest.Next = entry;
        Newest = entry;
        Bytes += entry.Bytes;
        Count++;
    }

    public void Remove(Entry entry)
    {
        if (entry.Previous is null) Oldest = entry.Next;
        else entry.Previous.Next = entry.Next;
        if (entry.Next is null) Newest = entry.Previous;
        else entry.Next.Previous = entry.Previous;
        entry.Previous = entry.Next = null;
        entry.Queue = null;
        Bytes -= entry.Bytes;
        Count--;
    }

    public Entry? Take()
    {
        Entry? entry = Oldest;
        if (entry is not null) Remove(entry);
        return entry;
    }
}
