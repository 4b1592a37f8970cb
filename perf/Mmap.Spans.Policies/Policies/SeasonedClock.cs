namespace Mmap.Spans.Policies;

/// <summary>
/// CLOCK with a fresh state: a region enters with Touched = 2 and hits do not write; once the given share of the bytes
/// has been loaded behind it, it is seasoned (Touched = 0), and a later touch earns it another turn.
/// </summary>
internal sealed class SeasonedClock(int seasonPercent) : Policy
{
    private readonly EntryQueue _queue = new();
    private readonly Queue<Entry> _fresh = new();
    private long _freshBytes;

    protected override void Hit(Entry entry, bool startsUse)
    {
        if (entry.Touched == 0) entry.Touched = 1;
    }

    protected override void Load(Entry entry)
    {
        entry.Touched = 2;
        _queue.Add(entry);
        _fresh.Enqueue(entry);
        _freshBytes += entry.Bytes;
        while (_fresh.Count > 1 && _freshBytes > Budget * seasonPercent / 100)
        {
            Entry seasoned = _fresh.Dequeue();
            _freshBytes -= seasoned.Bytes;
            if (seasoned.Touched == 2) seasoned.Touched = 0;
        }
    }

    protected override Entry? Evict()
    {
        while (_queue.Take() is { } entry)
        {
            if (entry.Touched != 1) return entry;
            entry.Touched = 0;
            _queue.Add(entry);
        }

        return null;
    }
}
