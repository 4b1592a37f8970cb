using Mmap.Spans.Memory;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>
/// Stands between a manager and the system and makes it fail at random: loads are refused for lack of memory or for
/// good, or come out short; lengths lie; reads end early; unmaps are refused. Counts what is in memory.
/// </summary>
internal sealed class FaultPlan(int seed)
{
    private readonly Random _random = new(seed);
    private int _loaded;

    /// <summary>The faults in a thousand calls; 0 for none.</summary>
    public int FaultsPerThousand { get; set; } = 100;

    /// <summary>Regions in memory now.</summary>
    public int Loaded => Volatile.Read(ref _loaded);

    /// <summary>Faults so far.</summary>
    public int Faults { get; private set; }

    public IBacking Wrap(IBacking backing) => new Faulty(this, backing);

    private bool Strikes()
    {
        // Loads may be asked for on other threads too.
        lock (_random)
        {
            bool strikes = _random.Next(1000) < FaultsPerThousand;
            if (strikes) Faults++;
            return strikes;
        }
    }

    private int Pick(int count)
    {
        lock (_random) return _random.Next(count);
    }

    private sealed class Faulty(FaultPlan plan, IBacking inner) : IBacking
    {
        public IBacking? Fallback => inner.Fallback is { } last ? new Faulty(plan, last) : null;

        public long Length => plan.Strikes() ? inner.Length * plan.Pick(4) / 2 : inner.Length;

        public long ChargeFor(long offset, int length) => inner.ChargeFor(offset, length);

        public RegionMemory Load(long offset, int length)
        {
            if (plan.Strikes())
            {
                switch (plan.Pick(4))
                {
                    case 0: throw new InsufficientMemoryException("The plan says so.");
                    case 1: throw new IOException("The plan says so.");
                    case 2: throw FileChangedException.Shrunk("planned", new FileRange(offset, length), offset);
                    default: length = Math.Max(1, length / 2); break;
                }
            }

            RegionMemory memory = inner.Load(offset, length);
            Interlocked.Increment(ref plan._loaded);
            return memory;
        }

        public int Read(long offset, Span<byte> destination) =>
            inner.Read(offset, plan.Strikes() ? destination[..(destination.Length / 2)] : destination);

        public bool TryReadAhead(long offset, long length) =>
            plan.Strikes() ? throw new IOException("The plan says so.") : inner.TryReadAhead(offset, length);

        public bool TryUnload(in RegionMemory memory)
        {
            if (plan.Strikes() || !inner.TryUnload(memory)) return false;
            Interlocked.Decrement(ref plan._loaded);
            return true;
        }
    }
}
