namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>A small story of two to four threads, run in many schedules.</summary>
/// <param name="Name">The name in seeds: words with hyphens.</param>
/// <param name="Begin">Makes everything anew for one schedule.</param>
public sealed record Scenario(string Name, Func<IScenarioRun> Begin)
{
    public override string ToString() => Name;
}

/// <summary>One telling of a scenario.</summary>
public interface IScenarioRun
{
    /// <summary>The body of each thread.</summary>
    IReadOnlyList<Action> Threads { get; }

    /// <summary>The work of each thread before the first step, one thread after the other; or null.</summary>
    Action? Prologue { get; }

    /// <summary>Checks the invariants at rest, after all threads have ended.</summary>
    void Verify();
}
