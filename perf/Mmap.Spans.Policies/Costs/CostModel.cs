namespace Mmap.Spans.Policies.Costs;

/// <summary>What things cost, in microseconds.</summary>
/// <param name="Name">What the costs are those of.</param>
/// <param name="Hit">A lease of a window that is mapped, its page present.</param>
/// <param name="Copy">A positional read of some bytes.</param>
/// <param name="CopyOf8KiB">What each further 8 KiB of it cost.</param>
/// <param name="Map">Mapping a window and unmapping another.</param>
/// <param name="Touch">The first touch of a piece of 64 KiB of a window since it was mapped.</param>
internal sealed record CostModel(string Name, double Hit, double Copy, double CopyOf8KiB, double Map, double Touch)
{
    /// <summary>What the system maps at one fault, and what the copies of a lease are paid in.</summary>
    public const int PieceBytes = 64 << 10;

    public static readonly CostModel Measured = new("measured on one machine", 0.01, 1.1, 0.275, 10, 2);

    public static readonly CostModel DearFaults =
        new("dear faults: a mapping 2.5 times as dear", 0.01, 1.1, 0.275, 25, 5);

    public double CopyOf(int length) => Copy + CopyOf8KiB * (length / (8 << 10));
}
