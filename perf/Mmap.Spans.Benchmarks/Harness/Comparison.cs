namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>One row of the table: a way of doing the work, the one it is measured against, and the goal.</summary>
/// <param name="Ours">The method's name.</param>
/// <param name="Theirs">The other method's name.</param>
/// <param name="Goal">The goal of the design, or <see cref="Goal.None"/> for a row without a goal.</param>
internal sealed record Comparison(string Ours, string Theirs, Goal Goal)
{
    /// <summary>
    /// Another pair whose ratio ours is divided by, where the system has a part in both: how much more ours grows than
    /// what the system alone does. Null in most rows.
    /// </summary>
    public (string Ours, string Theirs)? Beyond { get; init; }
}
