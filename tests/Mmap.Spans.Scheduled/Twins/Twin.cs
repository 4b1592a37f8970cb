namespace Mmap.Spans.Scheduled.Twins;

/// <summary>The library with one bug put in, which the scenarios must find.</summary>
/// <param name="Name">What is wrong with it, in words with hyphens.</param>
/// <param name="Scenario">The scenario that is thought to find it, tried first.</param>
/// <param name="Edits">How it differs from the library.</param>
public sealed record Twin(string Name, string Scenario, params IReadOnlyList<Edit> Edits)
{
    public override string ToString() => Name;
}
