namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>One way of doing the work of a question.</summary>
/// <param name="Id">The method's name.</param>
/// <param name="Title">Its name in the table.</param>
/// <param name="Operations">The operations of a call on each of its threads.</param>
/// <param name="Call">Does them.</param>
internal sealed record Contestant(string Id, string Title, int Operations, Action Call);
