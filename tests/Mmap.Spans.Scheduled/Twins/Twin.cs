namespace Mmap.Spans.Scheduled.Twins;

/// <summary>
/// The library with one bug put in, which the scenarios must find, and the stress too unless it says why not.
/// </summary>
/// <param name="Name">What is wrong with it, in words with hyphens.</param>
/// <param name="Scenario">The scenario that is thought to find it, tried first.</param>
/// <param name="Edits">How it differs from the library.</param>
public sealed record Twin(string Name, string Scenario, params IReadOnlyList<Edit> Edits)
{
    /// <summary>The beginning of a reason why no stress is asked to find it: its moment is too short.</summary>
    public const string Rare = "The stress finds it, but not within seconds each time: ";

    /// <summary>
    /// The kind of stress that is thought to find it, tried first; null if the stress is not asked to.
    /// </summary>
    public string? Stress { get; init; }

    /// <summary>Why no stress can be asked to find it in seconds; null if one is.</summary>
    public string? Unseen { get; init; }

    /// <summary>True if the stress finds it only where two threads really run at the same time.</summary>
    public bool NeedsTwoProcessors { get; init; }

    public override string ToString() => Name;
}
