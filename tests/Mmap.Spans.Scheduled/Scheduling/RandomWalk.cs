namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>At each choice the dice decide. One schedule has many switches, the next few.</summary>
public sealed class RandomWalk(ulong seed) : Strategy
{
    private static readonly int[] s_oneIn = [1, 4, 16];

    private ulong _seed = seed - 1;
    private RandomBits _random;
    private int _oneIn;

    public override string Seed => $"walk:{_seed}";

    public override bool Next()
    {
        _random = new RandomBits(++_seed);
        _oneIn = s_oneIn[_random.Below(s_oneIn.Length)];
        return true;
    }

    public override int Choose(in Decision decision)
    {
        if (decision.GoesOn && _random.Below(_oneIn) != 0) return 0;
        return _random.Below(decision.Options.Length);
    }
}
