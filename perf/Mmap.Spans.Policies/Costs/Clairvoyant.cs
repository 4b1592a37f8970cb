namespace Mmap.Spans.Policies.Costs;

/// <summary>Knows all leases in advance, and chooses for each window when it is mapped, and for how long.</summary>
/// <remarks>
/// Windows are chosen one by one, each by dynamic programming over its own leases: after each of them it may stay or
/// go, and staying has a rent for the time until its next lease. The rent is the lowest at which all windows together
/// fit the table in the mean over time. So at single moments this choice may hold more than the table has room for. The
/// cost of touches is known only after the choice, so several guesses are tried, and the best result is taken. It is a
/// yardstick and no bound.
/// </remarks>
internal sealed class Clairvoyant(LeaseTrace trace, int windowBytes, int mostRegions, CostModel costs)
{
    private const int Steps = 24;

    /// <summary>
    /// By lease of a window: whether one that is mapped at it has stayed since the lease before, and whether one that
    /// is not was until then. After <see cref="Follow"/>'s way back: whether it has stayed, and whether the lease
    /// copies.
    /// </summary>
    private bool[] _stayed = [], _left = [];

    private bool _endsMapped;

    /// <summary>By piece of the file: the mapping that last touched it.</summary>
    private readonly long[] _touchedAt = new long[trace.FileBytes / CostModel.PieceBytes + 1];
    private long _mappings;

    /// <summary>
    /// The cost of a choice with rent and without, and the number of leases for which it holds a region.
    /// </summary>
    private readonly record struct Choice(double Priced, double Time, double Held);

    /// <summary>Microseconds of all leases.</summary>
    public double Run()
    {
        int windows = (int)((trace.FileBytes - 1) / windowBytes) + 1;
        List<int>[] leasesOf = [.. Enumerable.Range(0, windows).Select(_ => new List<int>())];
        for (int at = 0; at < trace.Leases.Length; at++) leasesOf[trace.Leases[at].Offset / windowBytes].Add(at);
        int longest = leasesOf.Max(leases => leases.Count);
        (_stayed, _left) = (new bool[longest], new bool[longest]);

        // By its logarithm: from a lease that keeps its window for ever to one that keeps it for one other lease.
        double low = Math.Log(1e-7), high = Math.Log(costs.Map), best = double.PositiveInfinity;
        for (int step = 0; step < Steps; step++)
        {
            double rent = Math.Exp((low + high) / 2), time = 0, held = 0;
            foreach (List<int> leases in leasesOf)
            {
                Choice choice = Best(leases, rent);
                time += choice.Time;
                held += choice.Held;
            }

            bool fits = held <= (double)mostRegions * trace.Leases.Length;
            if (fits) (high, best) = ((low + high) / 2, Math.Min(best, time));
            else low = (low + high) / 2;
        }

        return best;
    }

    private Choice Best(List<int> leases, double rent)
    {
        int pieces = windowBytes / CostModel.PieceBytes;
        var best = new Choice(double.PositiveInfinity, 0, 0);
        foreach (int touched in new HashSet<int> { 1, Math.Max(1, pieces / 4), pieces })
        {
            Choose(leases, rent, costs.Map + costs.Touch * touched);
            Choice choice = Follow(leases, rent);
            if (choice.Priced < best.Priced) best = choice;
        }

        return best;
    }

    /// <summary>
    /// The choice with the least cost, if a mapping costs that much; kept as where each state came from.
    /// </summary>
    private void Choose(List<int> leases, double rent, double map)
    {
        double gone = 0, mapped = double.PositiveInfinity;
        for (int index = 0; index < leases.Count; index++)
        {
            double before = Math.Min(gone, mapped);
            double stays = index == 0 ? double.PositiveInfinity : mapped + rent * (leases[index] - leases[index - 1]);
            _left[index] = mapped < gone;
            _stayed[index] = stays <= before + map;
            mapped = costs.Hit + Math.Min(stays, before + map);
            gone = before + costs.CopyOf(trace.Leases[leases[index]].Length);
        }

        _endsMapped = mapped < gone;
    }

    /// <summary>The cost of that choice with the true number of touches.</summary>
    private Choice Follow(List<int> leases, double rent)
    {
        // From the end: which leases find or make a mapping, and which mappings stay from the lease before.
        bool mapped = _endsMapped;
        for (int index = leases.Count - 1; index >= 0; index--)
        {
            bool stays = mapped && _stayed[index];
            bool before = stays || _left[index];
            (_stayed[index], _left[index]) = (stays, !mapped);
            mapped = before;
        }

        double time = 0;
        long held = 0;
        for (int index = 0; index < leases.Count; index++)
        {
            Lease lease = trace.Leases[leases[index]];
            if (_left[index])
            {
                time += costs.CopyOf(lease.Length);
                continue;
            }

            if (_stayed[index]) held += leases[index] - leases[index - 1];
            else (time, _mappings) = (time + costs.Map, _mappings + 1);
            ref long touchedAt = ref _touchedAt[lease.Offset / CostModel.PieceBytes];
            time += costs.Hit + (touchedAt == _mappings ? 0 : costs.Touch);
            touchedAt = _mappings;
        }

        return new Choice(time + rent * held, time, held);
    }
}
