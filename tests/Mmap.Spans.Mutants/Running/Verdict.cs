using Mmap.Spans.Mutants.Table;

namespace Mmap.Spans.Mutants.Running;

/// <summary>The outcome of a row.</summary>
/// <param name="Row">The row.</param>
/// <param name="CaughtBy">The test that saw it; null if none did.</param>
/// <param name="Elsewhere">True if that test is in a class that the row does not name.</param>
internal sealed record Verdict(Row Row, string? CaughtBy, bool Elsewhere = false)
{
    /// <summary>True if it counts against the suite.</summary>
    public bool IsHole => CaughtBy is null && Row.Equivalent is null;

    /// <summary>The last column of its line.</summary>
    public string Text => CaughtBy is { } test ? test + (Elsewhere ? " (elsewhere)" : "")
        : Row.Equivalent is { } equivalent ? $"equivalent: {equivalent}"
        : Row.Survives is { } why ? $"**survived**: {why}" : "**survived**";
}
