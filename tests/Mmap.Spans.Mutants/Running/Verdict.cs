using Mmap.Spans.Mutants.Table;

namespace Mmap.Spans.Mutants.Running;

/// <summary>What became of a row.</summary>
/// <param name="Row">Which.</param>
/// <param name="CaughtBy">The test that saw it; null if none did.</param>
/// <param name="Elsewhere">Whether that test is of no class that the row names.</param>
internal sealed record Verdict(Row Row, string? CaughtBy, bool Elsewhere = false)
{
    /// <summary>Whether it counts against the suite.</summary>
    public bool IsHole => CaughtBy is null && Row.Equivalent is null;

    /// <summary>The last column of its line.</summary>
    public string Text => CaughtBy is { } test ? test + (Elsewhere ? " (elsewhere)" : "")
        : Row.Equivalent is { } equivalent ? $"equivalent: {equivalent}"
        : Row.Survives is { } why ? $"**survived**: {why}" : "**survived**";
}
