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
        entry.In = this;
        entry.Younger = null;
        entry.Older = Newest;
        if (Newest is null) Oldest = entry;
        else Newest.Younger = entry;
        Newest = entry;
        Bytes += entry.Bytes;
        Count++;
    }

    public void Remove(Entry entry)
    {
        if (entry.Older is null) Oldest = entry.Younger;
        else entry.Older.Younger = entry.Younger;
        if (entry.Younger is null) Newest = entry.Older;
        else entry.Younger.Older = entry.Older;
        entry.Older = entry.Younger = null;
        entry.In = null;
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
