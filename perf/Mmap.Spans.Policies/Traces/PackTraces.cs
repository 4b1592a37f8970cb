namespace Mmap.Spans.Policies.Traces;

/// <summary>
/// Reads objects out of a recorded pack as git does: the fan-out table, the bisection of the names, the offset, the
/// object, and the bases of its deltas. A base that was read shortly before is not read again.
/// </summary>
internal sealed class PackTraces(PackRecording recording, ulong seed)
{
    private const int Visits = 400;
    private const int ObjectsAVisit = 100;
    private const int BaseCache = 1_000;

    // The index is 8 bytes of header, the fan-out table, then names of 20, checksums of 4 and offsets of 4 bytes each.
    private const long Names = 8 + 4 * 256;

    private readonly long[] _offsets = recording.Offsets();
    private readonly int _shift = ShiftFor(recording.Offsets()[^1]);

    private int Objects => recording.Packed.Length;

    private int IndexWindows => (int)((Names + 28L * Objects) >> _shift) + 1;

    public IEnumerable<Func<Trace>> All()
    {
        yield return () => Make("history walk", [Reads(recording.Walk)]);
        yield return () => Make("four clients", [.. new ulong[] { 0, 1, 2, 3 }.Select(k => Reads(Client(seed + k)))]);
    }

    /// <summary>Windows are so large that the pack has one to two thousand of them.</summary>
    private static int ShiftFor(long bytes)
    {
        int shift = 0;
        while (bytes >> shift >= 2_000) shift++;
        return shift;
    }

    /// <summary>
    /// A client reads some hundred objects in a row from a place in the history, more often a recent one.
    /// </summary>
    private IEnumerable<int> Client(ulong ownSeed)
    {
        var random = new SplitMix(ownSeed);
        for (int visit = 0; visit < Visits; visit++)
        {
            int first = (int)(recording.Walk.Length * Math.Pow(random.NextDouble(), 3));
            int end = Math.Min(first + ObjectsAVisit, recording.Walk.Length);
            for (int k = first; k < end; k++) yield return recording.Walk[k];
        }
    }

    private Trace Make(string name, IEnumerable<int>[] readers)
    {
        (int[] touches, int uses) = Interleaver.Merge(seed, readers);
        long window = 1L << _shift;
        long[] sizes = new long[IndexWindows + (int)(_offsets[^1] >> _shift) + 1];
        Array.Fill(sizes, window);
        sizes[IndexWindows - 1] = ((Names + 28L * Objects) & (window - 1)) + 1;
        sizes[^1] = (_offsets[^1] & (window - 1)) + 1;
        return new Trace(name, touches, uses, sizes);
    }

    private IEnumerable<int> Reads(IEnumerable<int> objects)
    {
        var readAt = new Dictionary<int, int>();
        int reads = 0;
        foreach (int wanted in objects)
        {
            foreach (int region in Lookup(recording.Rank[wanted])) yield return region;
            for (int at = wanted; ; at -= recording.Base[at])
            {
                bool cached = readAt.TryGetValue(at, out int last) && reads - last < BaseCache;
                readAt[at] = reads++;
                if (cached) break;
                int end = (int)((_offsets[at + 1] - 1) >> _shift);
                for (int k = (int)(_offsets[at] >> _shift); k <= end; k++) yield return IndexWindows + k;
                if (recording.Base[at] == 0) break;
            }
        }
    }

    private IEnumerable<int> Lookup(int rank)
    {
        yield return 0;
        int bucket = 0;
        while (recording.FanOut[bucket] <= rank) bucket++;
        int low = bucket == 0 ? 0 : recording.FanOut[bucket - 1], high = recording.FanOut[bucket];
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            yield return (int)((Names + 20L * middle) >> _shift);
            if (middle == rank) break;
            if (middle < rank) low = middle + 1;
            else high = middle;
        }

        yield return (int)((Names + 24L * Objects + 4L * rank) >> _shift);
    }
}
