namespace Mmap.Spans.Policies;

/// <summary>First in, first out.</summary>
internal sealed class Fifo : Policy
{
    private readonly EntryQueue _queue = new();

    protected override void Hit(Entry entry, bool startsUse)
    {
    }

    protected override void Load(Entry entry) => _queue.Add(entry);

    protected override Entry? Evict() => _queue.Take();
}
