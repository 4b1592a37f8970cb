using Mmap.Spans.Policies.Traces;

namespace Mmap.Spans.Policies;

/// <summary>
/// The clairvoyant: evicts the entry whose next touch lies farthest ahead (Belady 1966), which is optimal when all
/// regions are of one size. For mixed sizes no quick way to the optimum is known. This policy then evicts the entry
/// with the largest product of bytes and distance to the next touch: a strong greedy choice and no proven bound.
/// </summary>
/// <remarks>Every load is mandatory: a lease must be served, so nothing is passed by.</remarks>
internal sealed class Clairvoyant : Policy
{
    private int[] _nextTouch = [];
    private bool _uniform;

    // Uniform sizes: a heap by next touch. Mixed sizes: one heap a class of size (a power of two), and the best head of
    // all classes is taken. Within a class the farthest is the best choice to within a factor of two.
    private readonly PriorityQueue<(Entry Entry, long Next), long>[] _heaps =
        new PriorityQueue<(Entry, long), long>[40];

    protected override void Begin(Trace trace)
    {
        _uniform = Array.TrueForAll(trace.Bytes, b => b == trace.Bytes[0]);
        _nextTouch = new int[trace.Touches.Length];
        int[] last = new int[trace.Regions];
        Array.Fill(last, int.MaxValue);
        for (int at = trace.Touches.Length - 1; at >= 0; at--)
        {
            int id = trace.Touches[at] >> 1;
            _nextTouch[at] = last[id];
            last[id] = at;
        }

        for (int k = 0; k < _heaps.Length; k++) _heaps[k] = new();
    }

    protected override void Hit(Entry entry, bool startsUse) => Push(entry);

    protected override void Load(Entry entry) => Push(entry);

    protected override Entry? Evict()
    {
        PriorityQueue<(Entry Entry, long Next), long>? best = null;
        double bestWorth = -1;
        foreach (PriorityQueue<(Entry Entry, long Next), long> heap in _heaps)
        {
            // A note is out of date if its entry has left or has been touched since.
            while (heap.TryPeek(out (Entry Entry, long Next) note, out _) &&
                   (Resident[note.Entry.Id] != note.Entry || note.Entry.Stamp != note.Next)) heap.Dequeue();
            if (!heap.TryPeek(out (Entry Entry, long Next) head, out _)) continue;
            double worth = (double)(head.Next - Now) * (_uniform ? 1 : head.Entry.Bytes);
            if (worth <= bestWorth) continue;
            bestWorth = worth;
            best = heap;
        }

        return best?.Dequeue().Entry;
    }

    private void Push(Entry entry)
    {
        entry.Stamp = _nextTouch[Now];
        _heaps[_uniform ? 0 : System.Numerics.BitOperations.Log2((ulong)entry.Bytes)]
            .Enqueue((entry, entry.Stamp), -entry.Stamp);
    }
}
