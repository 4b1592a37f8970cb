namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>Chooses schedules, one after the other.</summary>
public abstract class Strategy
{
    /// <summary>Makes ready for the next schedule.</summary>
    /// <returns>False if all that this strategy would try has been tried.</returns>
    public abstract bool Next();

    /// <summary>One choice.</summary>
    /// <returns>The index of an option; 0 goes on with the same thread where that is possible.</returns>
    public abstract int Choose(in Decision decision);

    /// <summary>The part of a seed behind the scenario's name; it repeats the present schedule.</summary>
    public abstract string Seed { get; }
}
