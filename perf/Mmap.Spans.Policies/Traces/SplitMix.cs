namespace Mmap.Spans.Policies.Traces;

/// <summary>
/// SplitMix64 (Steele and others, OOPSLA 2014): the same numbers for a seed on every machine and runtime.
/// </summary>
internal sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public int Next(int bound) => (int)(((Next() >> 32) * (ulong)bound) >> 32);

    public int Next(int from, int to) => from + Next(to - from);

    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));
}
