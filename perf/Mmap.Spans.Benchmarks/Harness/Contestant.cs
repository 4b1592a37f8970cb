namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>One way of doing the work of a question.</summary>
/// <param name="Id">The method's name.</param>
/// <param name="Title">What the table calls it.</param>
/// <param name="Operations">How many operations a call does, on each of its threads.</param>
/// <param name="Call">Does them.</param>
internal sealed record Contestant(string Id, string Title, int Operations, Action Call);
