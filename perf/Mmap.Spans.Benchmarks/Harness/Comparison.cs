namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>One row of the table: a way of doing the work, the one it is measured against, and what is hoped for.</summary>
/// <param name="Ours">The method's name.</param>
/// <param name="Theirs">The other method's name.</param>
/// <param name="Goal">The goal of the design, or <see cref="Goal.None"/> for what is only shown.</param>
internal sealed record Comparison(string Ours, string Theirs, Goal Goal);
