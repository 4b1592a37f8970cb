using System.Globalization;

namespace Mmap.Spans.Scheduled;

/// <summary>The effort of a run, set by the environment.</summary>
internal static class Effort
{
    /// <summary>MMAP_SPANS_EFFORT: how many times the usual number of schedules.</summary>
    private static readonly int s_factor =
        int.Parse(Environment.GetEnvironmentVariable("MMAP_SPANS_EFFORT") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>MMAP_SPANS_SCHEDULE: the one schedule to run, as scenario:strategy:seed.</summary>
    private static readonly string s_schedule = Environment.GetEnvironmentVariable("MMAP_SPANS_SCHEDULE") ?? "";

    /// <summary>MMAP_SPANS_SEED: the first seed of the random strategies. The same each time unless set, so that a red
    /// run is red again.</summary>
    public static ulong Seed { get; } =
        ulong.Parse(Environment.GetEnvironmentVariable("MMAP_SPANS_SEED") ?? "1", CultureInfo.InvariantCulture);

    /// <summary>Schedules of a scenario by depth first search.</summary>
    public static int DepthFirst => 2000 * s_factor;

    /// <summary>Schedules of a scenario with each random strategy.</summary>
    public static int Random => 400 * s_factor;

    /// <summary>True if only one schedule runs.</summary>
    public static bool IsRepeating => s_schedule.Length > 0;

    /// <summary>The seed to repeat if it is one of that scenario, without the scenario's name.</summary>
    public static string? SeedFor(string scenario) =>
        s_schedule.StartsWith(scenario + ":", StringComparison.Ordinal) ? s_schedule[(scenario.Length + 1)..] : null;
}
