using System.Diagnostics;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>
/// Runs the contestants of one question in many short rounds, each of them once a round, and compares within the round.
/// A disturbance longer than a round disturbs both sides of a ratio. A canary before and after each call tells whether
/// another program used the core meanwhile.
/// </summary>
internal sealed class PairedRun
{
    private const int LeastRounds = 9;
    private const int MostRounds = 400;
    private const int WarmCalls = 80;

    /// <summary>The share of the time that an undisturbed thread has the processor.</summary>
    private const double WholeProcessor = 0.95;

    private readonly IReadOnlyList<Contestant> _contestants;

    /// <summary>By contestant and round.</summary>
    private readonly List<Time>[] _times;

    /// <summary>Bytes allocated an operation, the least of all rounds.</summary>
    private readonly double[] _bytes;

    /// <param name="Nanoseconds">The time of one operation; NaN if it is meaningless.</param>
    /// <param name="Disturbed">True if the thread lost its processor, or waited for another thread.</param>
    /// <param name="Canary">The slower of its canaries, in nanoseconds; NaN if they are meaningless.</param>
    private readonly record struct Time(double Nanoseconds, bool Disturbed, double Canary);

    public PairedRun(IReadOnlyList<Contestant> contestants)
    {
        _contestants = contestants;
        _times = [.. contestants.Select(_ => new List<Time>())];
        _bytes = [.. contestants.Select(_ => double.PositiveInfinity)];
    }

    /// <summary>Warms up, then measures until the time is used.</summary>
    public void Run(TimeSpan warmUp, TimeSpan measuring)
    {
        foreach (Contestant contestant in _contestants) WarmUp(contestant, warmUp / _contestants.Count);

        for (int call = 0; call < WarmCalls; call++) Canary.Run();
        GC.Collect();
        var clock = Stopwatch.StartNew();
        for (int round = 0; round < LeastRounds || (round < MostRounds && clock.Elapsed < measuring); round++)
        {
            // Each round begins with another one, so that no contestant always follows the same neighbour's caches.
            for (int turn = 0; turn < _contestants.Count; turn++)
                Measure((round + turn) % _contestants.Count, withCanaries: true);
        }
    }

    /// <summary>Calls each way once without counting it, then that many rounds; for ways that take seconds.</summary>
    /// <param name="rounds">The number of rounds.</param>
    /// <param name="prepare">The work before each call, which is not measured.</param>
    public void Run(int rounds, Action prepare)
    {
        foreach (Contestant contestant in _contestants)
        {
            prepare();
            contestant.Call();
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int turn = 0; turn < _contestants.Count; turn++)
            {
                prepare();
                Measure((round + turn) % _contestants.Count, withCanaries: false);
            }
        }
    }

    /// <summary>The figures of one row.</summary>
    public Row Compare(string question, Comparison comparison)
    {
        int ours = IndexOf(comparison.Ours), theirs = IndexOf(comparison.Theirs);
        int[] columns = comparison.Beyond is { } beyond
            ? [ours, theirs, IndexOf(beyond.Ours), IndexOf(beyond.Theirs)] : [ours, theirs];
        List<int> rounds = RoundsOf(columns, out Core core);
        double[] Sorted(Func<int, double> figure) => [.. rounds.Select(figure).Order()];
        double Nanoseconds(int column, int round) => _times[column][round].Nanoseconds;
        double Ratio(int first, int second, int round) => Nanoseconds(first, round) / Nanoseconds(second, round);

        double[] ratios =
            Sorted(round =>
                Ratio(ours, theirs, round) / (columns.Length == 2 ? 1 : Ratio(columns[2], columns[3], round)));
        double extra = At(Sorted(round => Nanoseconds(ours, round) - Nanoseconds(theirs, round)), 0.5);
        double ratio = At(ratios, 0.5);
        return new Row(
            question, _contestants[ours].Title + (columns.Length == 2 ? "" : ", beyond raw views"),
                _contestants[theirs].Title,
            At(Sorted(round => Nanoseconds(ours, round)), 0.5), At(Sorted(round => Nanoseconds(theirs, round)), 0.5),
            ratio, At(ratios, 0.25), At(ratios, 0.75), _bytes[ours], rounds.Count, core,
            comparison.Goal.Text, comparison.Goal.Verdict(ratio, extra, _bytes[ours]));
    }

    /// <summary>
    /// The rounds in which all of those had a core for themselves. If those are too few, the rounds in which none lost
    /// its processor; if those are too few as well, all.
    /// </summary>
    private List<int> RoundsOf(int[] columns, out Core core)
    {
        // Work that is long, or that waits for other threads, has no undisturbed rounds.
        bool isWhole(int round) => columns.All(column => !double.IsNaN(_times[column][round].Nanoseconds));
        List<int> all = [.. Enumerable.Range(0, _times[columns[0]].Count).Where(isWhole)];
        List<int> undisturbed = all.FindAll(round => columns.All(column => !_times[column][round].Disturbed));
        List<int> left = undisturbed.Count >= LeastRounds ? undisturbed : all;

        double limit = Canary.QuietLimit(_times.SelectMany(times => times.Select(time => time.Canary)));
        bool tells = Array.TrueForAll(columns, column => _times[column].Exists(time => double.IsFinite(time.Canary)));
        List<int> quiet = left.FindAll(round => columns.All(column => _times[column][round].Canary <= limit));
        core = !tells ? Core.Unknown : quiet.Count >= LeastRounds ? Core.Quiet : Core.Busy;
        return core == Core.Quiet ? quiet : left;
    }

    /// <summary>
    /// Calls until the second tier's code has certainly taken over: 30 calls twice (plain, then instrumented), and the
    /// compiler's delays of a tenth of a second between.
    /// </summary>
    private static void WarmUp(Contestant contestant, TimeSpan atLeast)
    {
        var clock = Stopwatch.StartNew();
        for (int call = 0; clock.Elapsed < atLeast || (call < WarmCalls && clock.Elapsed < 3 * atLeast); call++)
            contestant.Call();
    }

    private void Measure(int index, bool withCanaries)
    {
        Contestant contestant = _contestants[index];
        ThreadTeam.LastNanoseconds = null;
        double canary = withCanaries ? Canary.Run() : double.NaN;
        long bytes = GC.GetAllocatedBytesForCurrentThread();
        long processor = ProcessorClock.Now(), begin = Stopwatch.GetTimestamp();
        contestant.Call();
        double elapsed = (Stopwatch.GetTimestamp() - begin) * (1e9 / Stopwatch.Frequency);
        processor = ProcessorClock.Now() - processor;
        bytes = GC.GetAllocatedBytesForCurrentThread() - bytes;
        // The threads of a team have canaries of their own; this one's say nothing of them.
        if (ThreadTeam.LastNanoseconds is not null) canary = ThreadTeam.LastCanary;
        else if (withCanaries) canary = Math.Max(canary, Canary.Run());

        // A team says itself whether a round means anything; its caller only waits.
        bool disturbed = ThreadTeam.LastNanoseconds is null && processor < WholeProcessor * elapsed;
        _times[index].Add(new Time((ThreadTeam.LastNanoseconds ?? elapsed) / contestant.Operations, disturbed, canary));
        // A team's threads allocate on their own account, which this thread's does not show.
        double each = ThreadTeam.LastNanoseconds is null ? (double)bytes / contestant.Operations : double.NaN;
        _bytes[index] = Math.Min(_bytes[index], each);
    }

    private int IndexOf(string id)
    {
        for (int i = 0; i < _contestants.Count; i++)
        {
            if (_contestants[i].Id == id) return i;
        }

        throw new InvalidOperationException($"No method is called {id}.");
    }

    /// <summary>NaN if all rounds are meaningless.</summary>
    private static double At(double[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[(int)(share * (sorted.Length - 1))];
}
