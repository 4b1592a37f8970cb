using Mmap.Spans.Policies.Costs;

namespace Mmap.Spans.Policies.Traces;

/// <summary>
/// Traces of leases. Single records: each lies anywhere, so a window that is mapped for one of them is of no use to the
/// next. Bursts: the uses of another trace, each piece of them a run of leases in the order of the file.
/// </summary>
internal sealed class LeaseTraces(ulong seed)
{
    private const long FileBytes = 512L << 20;
    private const int Records = 300_000;
    private const int Blocks = (int)(FileBytes / CostModel.PieceBytes);
    private const int Phases = 10;

    /// <summary>The touches of a trace that are taken for its bursts; each becomes some thirty leases.</summary>
    private const int MostTouches = 40_000;

    /// <summary>Traces of single records.</summary>
    public IEnumerable<LeaseTrace> Single()
    {
        yield return Make("uniform", 8, (random, _) => random.Next(Blocks));
        yield return Make("uniform, 64 KiB", CostModel.PieceBytes, (random, _) => random.Next(Blocks));
        foreach (double exponent in (double[])[0.6, 0.8, 1.0, 1.2])
        {
            var zipf = new Zipf(Blocks, exponent, seed);
            yield return Make(FormattableString.Invariant($"Zipf {exponent:0.0}"), 8, (random, _) => zipf.Draw(random));
        }

        var skewed = new Zipf(Blocks, 1.0, seed);
        yield return Make("Zipf 1.0, 64 KiB", CostModel.PieceBytes, (random, _) => skewed.Draw(random));
        yield return Make("hot tenth, fixed", 8, (random, _) => Hot(random, Blocks / 3));
        yield return Make("hot tenth, jumps", 8, (random, share) =>
            Hot(random, (int)(share * Phases) * 3 % Phases * (Blocks / Phases)));
        yield return Make("hot tenth, drifts", 8, (random, share) => Hot(random, (int)(share * Blocks)));
    }

    /// <summary>The touches of a trace as bursts of leases in windows of that size.</summary>
    public LeaseTrace Bursts(Trace trace, int windowBytes)
    {
        var random = new SplitMix(seed);
        var leases = new List<Lease>();
        int[] touches = trace.Touches;
        for (int at = 0; at < Math.Min(touches.Length, MostTouches); at++)
        {
            int window = touches[at] >> 1;
            // A second touch of one region stands for all that follow the first: 2 to 124 leases of one piece.
            bool isBurst = at + 1 < touches.Length && touches[at + 1] == window << 1;
            int count = isBurst ? (int)Math.Exp(Math.Log(2) + random.NextDouble() * Math.Log(62)) : 1;
            if (isBurst) at++;
            int length = 8 << random.Next(8);
            long start = (long)random.Next(windowBytes / 1024) * 1024;
            for (int lease = 0; lease < count; lease++)
            {
                long place = (start + (long)lease * length) % windowBytes;
                leases.Add(new Lease((long)window * windowBytes + place, length));
            }
        }

        return new LeaseTrace(trace.Name, (long)trace.Regions * windowBytes, [.. leases]);
    }

    /// <summary>Nine in ten are in the tenth that begins at a block.</summary>
    private static int Hot(SplitMix random, int start) =>
        random.Next(10) < 9 ? (start + random.Next(Blocks / 10)) % Blocks : random.Next(Blocks);

    private LeaseTrace Make(string name, int length, Func<SplitMix, double, int> draw)
    {
        var random = new SplitMix(seed);
        var leases = new Lease[Records];
        for (int record = 0; record < Records; record++)
        {
            long block = draw(random, (double)record / Records);
            int place = random.Next(CostModel.PieceBytes / length) * length;
            leases[record] = new Lease(block * CostModel.PieceBytes + place, length);
        }

        return new LeaseTrace(name, FileBytes, leases);
    }
}
