using Mmap.Spans.Policies.Traces;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Policies;

/// <summary>
/// Runs the region clock as the table does: stamps are kept by window, and victims are chosen in batches. A chosen
/// region waits in the limbo, still resident; a hit there rescues it.
/// </summary>
internal sealed class RegionClockPolicy(RegionClock clock, bool inBatches = false) : Policy
{
    private readonly Queue<Entry> _limbo = new();
    private readonly LeftStamps _left = new();

    protected override Entry Create(int id, long bytes) => new(id, bytes) { Touched = Entry.Fresh };

    protected override void Hit(Entry entry, bool startsUse)
    {
        if (entry.Touched == Entry.Untouched) entry.Touched = Entry.Used;
    }

    protected override void Load(Entry entry) => clock.Insert(entry, _left.Take(0, entry.Id));

    protected override Entry? Evict()
    {
        while (true)
        {
            while (_limbo.TryDequeue(out Entry? chosen))
            {
                if (chosen.Touched != Entry.Used)
                {
                    _left.Keep(0, chosen.Id, chosen.Stamp, clock.Count + _limbo.Count + 1);
                    return chosen;
                }

                clock.Insert(chosen);
            }

            int wanted = inBatches ? clock.Batch : 1;
            while (wanted-- > 0 && clock.TakeVictim() is Entry victim) _limbo.Enqueue(victim);
            if (_limbo.Count == 0) return null;
        }
    }
}
