namespace Mmap.Spans.Tool.Comparison;

/// <summary>One way to read a file.</summary>
/// <param name="Name">What it is called in the chart.</param>
/// <param name="Ours">Whether it reads through windows.</param>
/// <param name="Read">Reads everything once, from opening the file to closing it, and returns a number that every way must agree on.</param>
internal sealed record Way(string Name, bool Ours, Func<long> Read);
