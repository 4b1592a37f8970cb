using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// The layout of one stress. All of it follows from the seed, except for the timing of the processors.
/// </summary>
/// <param name="Seed">The number that it follows from.</param>
/// <param name="Threads">From 2 to 8.</param>
/// <param name="Budget">The windows that fit into the budget, from 1 to 4.</param>
/// <param name="Windows">The windows of a file, from 2 to 8.</param>
/// <param name="Overlap">The bytes of the next window that each region covers.</param>
/// <param name="Yields">True if threads give way, or lose some time, at random points.</param>
/// <param name="Collections">True if the garbage collector is forced every now and then.</param>
internal sealed record StressPlan(
    int Seed, int Threads, int Budget, int Windows, int Overlap, bool Yields, bool Collections)
{
    /// <summary>Bytes from window to window.</summary>
    public const int Step = 4096;

    /// <summary>The budget in bytes.</summary>
    public long BudgetBytes => (long)Budget * (Step + Overlap);

    public static StressPlan Of(int seed)
    {
        var random = new Random(seed);
        return new StressPlan(
            seed, random.Next(2, 9), random.Next(1, 5), random.Next(2, 9), 512 * random.Next(2), random.Next(3) > 0,
                random.Next(3) == 0);
    }

    /// <summary>
    /// A file of that many windows whose bytes carry their origin, and whose loads lose time by the plan.
    /// </summary>
    public StampedFile NewFile(MapManager manager, byte number = 1)
    {
        var backing =
            new StampedBacking(number, (long)Windows * Step)
            {
                KeepsEvents = false,
                Pause = _ => Pause(Random.Shared)
            };
        return new StampedFile(manager, backing, number, Overlap, Step);
    }

    /// <summary>Loses some time, if the plan has it so: from inside the backing, and between the reads of a
    /// lease.</summary>
    public void Pause(Random random)
    {
        if (!Yields) return;
        int what = random.Next(64);
        if (what < 4) Thread.Yield();
        else if (what < 8) Thread.SpinWait(random.Next(200));
    }
}
