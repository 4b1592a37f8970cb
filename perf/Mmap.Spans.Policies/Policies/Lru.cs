namespace Mmap.Spans.Policies;

/// <summary>Exact least recently used: every touch moves the entry, which no hit path here could afford.</summary>
internal sealed class Lru : Policy
{
    private readonly EntryQueue _queue = new();

    protected override void Hit(Entry entry, bool startsUse)
    {
        _queue.Remove(entry);
        _queue.Add(entry);
    }

    protected override void Load(Entry entry) => _queue.Add(entry);

    protected override Entry? Evict() => _queue.Take();
}
