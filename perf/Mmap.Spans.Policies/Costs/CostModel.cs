namespace Mmap.Spans.Policies.Costs;

/// <summary>The costs of the operations, in microseconds.</summary>
/// <param name="Name">The name of the measured way.</param>
/// <param name="Hit">A lease of a window that is mapped, its page present.</param>
/// <param name="Copy">A positional read of some bytes.</param>
/// <param name="CopyOf8KiB">The cost of each further 8 KiB of it.</param>
/// <param name="Map">Mapping a window and unmapping another.</param>
/// <param name="Touch">The first touch of a piece of 64 KiB of a window since it was mapped.</param>
internal sealed record CostModel(string Name, double Hit, double Copy, double CopyOf8KiB, double Map, double Touch)
{
    /// <summary>The bytes that the system maps at one fault, and the unit in which a lease pays for copies.</summary>
    public const int PieceBytes = 64 << 10;

    public static readonly CostModel Measured = new("measured on one machine", 0.01, 1.1, 0.275, 10, 2);

    public static readonly CostModel DearFaults =
        new("dear faults: a mapping 2.5 times as dear", 0.01, 1.1, 0.275, 25, 5);

    public double CopyOf(int length) => Copy + CopyOf8KiB * (length / (8 << 10));
}
