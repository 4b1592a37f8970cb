using System.Globalization;

namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>Runs one scenario in many schedules; continues where it stopped.</summary>
public sealed class Explorer
{
    private const int TraceLines = 120;

    private readonly Scenario _scenario;
    private readonly DepthFirst[] _systematic;
    private readonly Strategy[] _random;

    /// <param name="scenario">The scenario to run.</param>
    /// <param name="seed">The first seed of the random strategies.</param>
    public Explorer(Scenario scenario, ulong seed)
    {
        _scenario = scenario;
        Schedule plain = PlainRun(scenario);
        _systematic = [.. Enumerable.Range(0, plain.ThreadCount).Select(first => new DepthFirst(first))];
        _random = [new PriorityStrategy(seed, plain.Decisions), new RandomWalk(seed)];
    }

    /// <summary>The schedules run so far.</summary>
    public int Schedules { get; private set; }

    /// <summary>The steps taken in them.</summary>
    public long Steps { get; private set; }

    /// <summary>True if depth first search has tried all schedules within its bounds.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Runs some more schedules with each strategy, until something breaks.</summary>
    /// <param name="depthFirst">The schedules by depth first search, in equal parts for each thread that may
    /// begin.</param>
    /// <param name="random">The schedules with each of the two random strategies.</param>
    public Finding? Explore(int depthFirst, int random)
    {
        int exhausted = 0;
        foreach (DepthFirst strategy in _systematic)
        {
            if (Explore(strategy, depthFirst / _systematic.Length, out bool isExhausted) is { } finding) return finding;
            if (isExhausted) exhausted++;
        }

        IsExhausted = exhausted == _systematic.Length;
        foreach (Strategy strategy in _random)
        {
            if (Explore(strategy, random, out _) is { } finding) return finding;
        }

        return null;
    }

    /// <summary>Runs the one schedule that a seed names.</summary>
    /// <param name="seed">The part behind the scenario's name: strategy and number, or <c>path</c> and choices.</param>
    public Finding? Repeat(string seed)
    {
        string[] parts = seed.Split(':', 2);
        Strategy strategy = parts[0] switch
        {
            "walk" => new RandomWalk(ulong.Parse(parts[1], CultureInfo.InvariantCulture)),
            "pct" => new PriorityStrategy(ulong.Parse(parts[1], CultureInfo.InvariantCulture),
                PlainRun(_scenario).Decisions),
            "path" => new KnownPath(parts[1]),
            _ => throw new ArgumentException($"'{seed}' is no seed: it begins with walk, pct or path.", nameof(seed)),
        };
        strategy.Next();
        return RunOnce(strategy);
    }

    private Finding? Explore(Strategy strategy, int schedules, out bool isExhausted)
    {
        isExhausted = false;
        for (; schedules > 0; schedules--)
        {
            if (!strategy.Next())
            {
                isExhausted = true;
                return null;
            }

            if (RunOnce(strategy) is { } finding) return finding;
        }

        return null;
    }

    private Finding? RunOnce(Strategy strategy)
    {
        var schedule = Schedule.Run(_scenario, strategy);
        Schedules++;
        Steps += schedule.Steps;
        if (schedule.Failure is null) return null;

        var path = new KnownPath(schedule.Path);
        path.Next();
        string[] trace = Schedule.Run(_scenario, path, traced: true).Trace.Split('\n');
        string last = string.Join('\n', trace.TakeLast(TraceLines));
        return new Finding($"{_scenario.Name}:{strategy.Seed}", Schedules, schedule.Failure,
            $"{_scenario.Name}:path:{schedule.Path}", last);
    }

    /// <summary>The schedule without a preemption: it counts the threads and the choices.</summary>
    private static Schedule PlainRun(Scenario scenario)
    {
        var plain = new KnownPath("");
        plain.Next();
        return Schedule.Run(scenario, plain);
    }
}
