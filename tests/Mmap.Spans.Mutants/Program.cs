using System.Diagnostics;
using Mmap.Spans.Mutants.Running;
using Mmap.Spans.Mutants.Table;

namespace Mmap.Spans.Mutants;

/// <summary>
/// Asks how much of the code the tests hold: changes it in many small ways, and looks which test sees it.
/// </summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        try
        {
            var options = Options.Parse(arguments);
            string root = RootAbove(Environment.CurrentDirectory)
                ?? throw new FormatException("This is run inside the repository.");
            IReadOnlyList<string> problems = AllRows.Problems(root);
            foreach (string problem in problems) Console.Error.WriteLine(problem);
            if (problems.Count > 0) return 2;
            Console.WriteLine($"{AllRows.Rows.Count} rows; each stands in its file once.");
            return options.Check || Run(options, root) ? 0 : 1;
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            Console.Error.WriteLine(e.Message);
            Console.Error.WriteLine(Options.Usage);
            return 2;
        }
    }

    private static bool Run(Options options, string root)
    {
        long started = Stopwatch.GetTimestamp();
        using var copy = new WorkCopy(root);
        copy.Build(options.Rows);
        var trial = new Trial(copy, options.Jobs);
        if (options is { IsWhole: true, NamedOnly: false }) trial.RunUnmutated(options.Rows);
        List<Verdict> verdicts = trial.Run(options.Rows, alsoAll: !options.NamedOnly);
        string page = Results.Page(verdicts, copy.Commit, Stopwatch.GetElapsedTime(started));
        if (options.Write is { } path) File.WriteAllText(path, page);
        foreach (Row hole in verdicts.Where(verdict => verdict.IsHole).Select(verdict => verdict.Row))
            Console.WriteLine($"survived: {hole.Number} {hole.File}: {hole.Wrong}");
        Console.WriteLine(Results.Score(verdicts));
        return Results.Percent(verdicts) >= Results.LeastPercent;
    }

    private static string? RootAbove(string? folder)
    {
        while (folder is not null && !File.Exists(Path.Combine(folder, "Mmap.Spans.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }
}
