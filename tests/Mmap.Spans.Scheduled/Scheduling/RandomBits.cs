namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>Random numbers that are the same for the same seed on every version of the framework.</summary>
/// <remarks>Source: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators" (OOPSLA
/// 2014).</remarks>
internal struct RandomBits(ulong seed)
{
    private ulong _state = seed;

    public int Below(int bound)
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((uint)((z ^ (z >> 31)) >> 32) * (ulong)(uint)bound >> 32);
    }
}
