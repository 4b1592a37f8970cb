namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>
/// Every thread, and every thread's store buffer, has a random priority; the highest moves, and at two random moments
/// the highest becomes the lowest. Finds any bug that needs at most three ordered moments with a known probability.
/// </summary>
/// <remarks>Source: S. Burckhardt and others, "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs"
/// (ASPLOS 2010).</remarks>
/// <param name="seed">The first schedule's.</param>
/// <param name="length">The approximate choices in a schedule of the scenario; the same whenever a seed is
/// repeated.</param>
public sealed class PriorityStrategy(ulong seed, int length) : Strategy
{
    private const int Changes = 2;

    private readonly int[] _priorities = new int[2 * Worker.Most];
    private readonly int[] _changes = new int[Changes];
    private ulong _seed = seed - 1;
    private int _decision, _lowest;

    public override string Seed => $"pct:{_seed}";

    public override bool Next()
    {
        var random = new RandomBits(++_seed);
        for (int i = 0; i < _priorities.Length; i++) _priorities[i] = i;
        for (int i = _priorities.Length - 1; i > 0; i--)
        {
            int other = random.Below(i + 1);
            (_priorities[i], _priorities[other]) = (_priorities[other], _priorities[i]);
        }

        for (int i = 0; i < Changes; i++) _changes[i] = random.Below(Math.Max(length, 1));
        _decision = 0;
        _lowest = 0;
        return true;
    }

    public override int Choose(in Decision decision)
    {
        int best = Highest(decision);
        if (_changes.AsSpan().Contains(_decision++))
        {
            _priorities[Index(decision.Options[best])] = --_lowest;
            best = Highest(decision);
        }

        return best;
    }

    private int Highest(in Decision decision)
    {
        int best = 0;
        for (int i = 1; i < decision.Options.Length; i++)
        {
            if (_priorities[Index(decision.Options[i])] > _priorities[Index(decision.Options[best])]) best = i;
        }

        return best;
    }

    /// <summary>Threads come first in the table, then the store buffers.</summary>
    private static int Index(int option) => option >= 0 ? option : Worker.Most + ~option;
}
