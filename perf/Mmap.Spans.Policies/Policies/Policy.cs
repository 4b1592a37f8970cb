using Mmap.Spans.Policies.Traces;

namespace Mmap.Spans.Policies;

/// <summary>
/// One replacement policy run over one trace under one budget. The base keeps the resident entries and counts the
/// misses. A policy decides the effect of a hit, the place of a loaded entry, and the victim.
/// </summary>
internal abstract class Policy
{
    /// <summary>
    /// Runs the policy over the trace and returns the misses: one for every touch of an absent entry.
    /// </summary>
    public long Run(Trace trace, long budget)
    {
        Budget = budget;
        Resident = new Entry?[trace.Regions];
        Begin(trace);
        long used = 0, misses = 0;
        for (int at = 0; at < trace.Touches.Length; at++)
        {
            int id = trace.Touches[at] >> 1;
            bool startsUse = (trace.Touches[at] & 1) != 0;
            Now = at;
            if (Resident[id] is { } present)
            {
                Hit(present, startsUse);
                continue;
            }

            misses++;
            Entry entry = Create(id, trace.Bytes[id]);
            used += entry.Bytes;
            while (used > budget && Evict() is { } victim)
            {
                Resident[victim.Id] = null;
                used -= victim.Bytes;
            }

            Resident[id] = entry;
            Load(entry);
        }

        return misses;
    }

    protected long Budget { get; private set; }

    /// <summary>The index of the touch being served.</summary>
    protected int Now { get; private set; }

    protected Entry?[] Resident { get; private set; } = [];

    protected virtual void Begin(Trace trace)
    {
    }

    protected virtual Entry Create(int id, long bytes) => new(id, bytes);

    protected abstract void Hit(Entry entry, bool startsUse);

    protected abstract void Load(Entry entry);

    /// <summary>Takes the next victim out of the policy's own structure; null if it holds nothing.</summary>
    protected abstract Entry? Evict();
}
