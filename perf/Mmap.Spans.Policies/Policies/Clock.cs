namespace Mmap.Spans.Policies;

/// <summary>
/// CLOCK (Corbato 1968), one bit, no credit on entry. As a yardstick it is told where a use begins and counts uses. As
/// a candidate it sees the bare touches: the second touch of the burst that loaded a region already earns the bit.
/// </summary>
internal sealed class Clock(bool countsUses) : Policy
{
    private readonly EntryQueue _queue = new();

    protected override void Hit(Entry entry, bool startsUse)
    {
        if (startsUse || !countsUses) entry.Touched = 1;
    }

    protected override void Load(Entry entry) => _queue.Add(entry);

    protected override Entry? Evict()
    {
        while (_queue.Take() is { } entry)
        {
            if (entry.Touched == 0) return entry;
            entry.Touched = 0;
            _queue.Add(entry);
        }

        return null;
    }
}
