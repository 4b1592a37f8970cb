using Mmap.Spans.Mutants.Table;

namespace Mmap.Spans.Mutants.Running;

/// <summary>Tries each row on the tests: first on the classes that it names, then on all.</summary>
internal sealed class Trial(WorkCopy copy, int jobs)
{
    /// <summary>
    /// The tests that a run of all tests leaves out: those of the sources' text and shape, which the switches change,
    /// and long stress, which looks for races in the region table.
    /// </summary>
    private static readonly string[] s_leftOut =
    [
        "*.Tidy.*", "*PublicSurfaceTests", "*.HitPathListingTests", "*.HandlerTwinTests", "*.HandlerBytesTests",
        "*.StressTests", "*.FenceTests", "*.RandomFaultTests", "*.EvictionOrderTests", "*.SpanLeaseScopeTests",
        "*.CompareCommandTests", "*.RotationTests",
    ];

    private static readonly TimeSpan s_limitOfClasses = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan s_limitOfAll = TimeSpan.FromSeconds(420);

    /// <summary>Fails unless everything passes with no mutation on.</summary>
    public void RunUnmutated(IReadOnlyList<Row> rows)
    {
        foreach (IGrouping<string, Row> project in rows.GroupBy(row => row.Tests))
        {
            // Also what a row names and all leave out.
            string[] named = [.. project.SelectMany(row => row.Sees).Where(IsLeftOut).Distinct()];
            TestRun run = TestRun.Of(copy.TestsOf(project.Key), 0, s_limitOfAll * 2, All);
            if (run.Failed is null && named.Length > 0)
                run = TestRun.Of(copy.TestsOf(project.Key), 0, s_limitOfAll, Only(named));
            Console.WriteLine($"{project.Key}: {run.Tests} tests with no mutation on, {run.Seconds:F0} s");
            if (run.Failed is not null)
                throw new InvalidOperationException($"With no mutation on, {project.Key} fails: {run.Failed}");
        }
    }

    /// <summary>Tries the rows, some at a time.</summary>
    /// <param name="rows">The rows to try.</param>
    /// <param name="alsoAll">True to run all tests on a row that the named classes miss.</param>
    public List<Verdict> Run(IReadOnlyList<Row> rows, bool alsoAll)
    {
        var verdicts = new List<Verdict>();
        Parallel.ForEach(rows, new ParallelOptions { MaxDegreeOfParallelism = jobs }, row =>
        {
            Verdict verdict = Try(row, alsoAll);
            lock (verdicts)
            {
                verdicts.Add(verdict);
                Console.WriteLine($"[{verdicts.Count}/{rows.Count}] {row.Number}: {verdict.Text}");
            }
        });
        return [.. verdicts.OrderBy(verdict => verdict.Row.Number)];
    }

    private static IEnumerable<string> All => s_leftOut.SelectMany(name => (string[])["-class-", name]);

    private static IEnumerable<string> Only(IEnumerable<string> classes) =>
        classes.SelectMany(name => (string[])["-class", $"*.{name}"]);

    private static bool IsLeftOut(string name) => s_leftOut.Any(left => left.EndsWith(name, StringComparison.Ordinal));

    private Verdict Try(Row row, bool alsoAll)
    {
        string program = copy.TestsOf(row.Tests);
        TestRun named = TestRun.Of(program, row.Number, s_limitOfClasses, Only(row.Sees));
        if (named.Failed is not null) return new Verdict(row, named.Failed);
        if (named.Tests == 0) throw new InvalidOperationException($"Row {row.Number} names no class with tests.");
        // Equivalent means that nothing sees it: the classes nearest to it have not.
        if (!alsoAll || row.Equivalent is not null) return new Verdict(row, null);

        TestRun all = TestRun.Of(program, row.Number, s_limitOfAll, All);
        if (all.Failed is null) return new Verdict(row, null);
        // A test that the row does not name must fail once more, by itself, to be more than noise.
        string owner = all.Failed.Split('.')[0];
        if (owner.Contains(' ', StringComparison.Ordinal)) return new Verdict(row, all.Failed, Elsewhere: true);
        TestRun again = TestRun.Of(program, row.Number, s_limitOfClasses, Only([owner]));
        return new Verdict(row, again.Failed, Elsewhere: again.Failed is not null);
    }
}
