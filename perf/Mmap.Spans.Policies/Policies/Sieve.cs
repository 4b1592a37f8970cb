namespace Mmap.Spans.Policies;

/// <summary>
/// SIEVE (Zhang and others, NSDI 2024): one visited bit, survivors keep their place, the hand goes from old to new.
/// </summary>
/// <remarks>It is told where a use begins and counts uses.</remarks>
internal sealed class Sieve : Policy
{
    private readonly EntryQueue _queue = new();
    private Entry? _hand;

    protected override void Hit(Entry entry, bool startsUse)
    {
        if (startsUse) entry.Touched = 1;
    }

    protected override void Load(Entry entry) => _queue.Add(entry);

    protected override Entry? Evict()
    {
        Entry? entry = _hand ?? _queue.Oldest;
        while (entry is not null && entry.Touched != 0)
        {
            entry.Touched = 0;
            entry = entry.Younger ?? _queue.Oldest;
        }

        if (entry is null) return null;
        _hand = entry.Younger;
        _queue.Remove(entry);
        return entry;
    }
}
