namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>A schedule that broke something, and how to see it again.</summary>
/// <param name="Seed">The whole seed: scenario, strategy, number.</param>
/// <param name="Schedules">The number of the schedule in its explorer, counted from 1.</param>
/// <param name="Failure">The failure.</param>
/// <param name="Path">The same schedule by its deviations, for every strategy.</param>
public sealed record Finding(string Seed, int Schedules, string Failure, string Path, string Trace)
{
    public override string ToString() =>
        $"""
         {Failure}
         Found in schedule {Schedules}. Repeat it with MMAP_SPANS_SCHEDULE={Seed}
         or, by its choices, with MMAP_SPANS_SCHEDULE={Path}
         The last steps:
         {Trace}
         """;
}
