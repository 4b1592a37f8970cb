using System.Text.Json;
using Mmap.Spans.Benchmarks.Data;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>
/// The quick mode: each question runs in a process of its own, and one table comes at the end. So the profile of one
/// question does not change the code of another.
/// </summary>
internal static class QuickRun
{
    /// <summary>The argument that makes a process answer one question, with rows as lines of JSON.</summary>
    public const string OneQuestion = "--one-question";

    /// <summary>The same, of the comparisons that are made without a profile as well.</summary>
    public const string OneQuestionWithoutProfile = "--one-question-without-profile";

    /// <summary>Names the program of the hits that is compiled ahead of time, if there is one.</summary>
    private const string AheadOfTime = "MMAP_SPANS_AHEAD_OF_TIME";

    /// <summary>True if this process measures for the quick table.</summary>
    public static bool IsQuick { get; private set; }

    /// <summary>Answers all questions and prints the table.</summary>
    /// <returns>0, or 1 if a question could not be answered.</returns>
    public static int All(IReadOnlyList<Question> questions)
    {
        using var data = new DataFolder();
        bool answered = TryTable(questions, out string table);
        Console.WriteLine(Machine.Describe());
        Console.Write(table);
        return answered ? 0 : 1;
    }

    /// <summary>
    /// Answers all questions and keeps the table beside the other results of the machine and the day.
    /// </summary>
    /// <returns>0; or 1 if a question failed, and then no table is kept.</returns>
    public static int Keep(IReadOnlyList<Question> questions)
    {
        using var data = new DataFolder();
        if (!TryTable(questions, out string table)) return 1;
        string root = Environment.GetEnvironmentVariable(Report.ResultsVariable) ?? Directory.GetCurrentDirectory();
        string folder = Report.FolderOfToday(root);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "machine.txt"), Machine.Describe());
        File.WriteAllText(Path.Combine(folder, "ratios.md"), table);
        Console.WriteLine(folder);
        return 0;
    }

    /// <summary>Answers all questions, each in a process of its own.</summary>
    /// <returns>False if one could not be answered; the table has the others then.</returns>
    private static bool TryTable(IReadOnlyList<Question> questions, out string table)
    {
        var rows = new List<Row>();
        bool answered = true;
        foreach (Question question in questions)
        {
            Console.Error.WriteLine(question.Name);
            answered &= OwnProcess.Run(Add, [OneQuestion, question.Name]);
            if (question.ComparisonsWithoutProfile.Count == 0) continue;
            answered &= OwnProcess.RunWithoutProfile(Add, [OneQuestionWithoutProfile, question.Name]);
            if (Environment.GetEnvironmentVariable(AheadOfTime) is { Length: > 0 } program)
                answered &= OwnProcess.Run(Add, ["--time"], program);
        }

        table = RatioTable.Write(rows);
        return answered;

        void Add(string line) => rows.Add(JsonSerializer.Deserialize(line, RowJson.Default.Row)!);
    }

    /// <summary>Answers one question in this process.</summary>
    /// <param name="question">The question.</param>
    /// <param name="withoutProfile">True if this process was started without dynamic PGO; the rows then say so.</param>
    public static int One(Question question, bool withoutProfile = false)
    {
        IReadOnlyList<Comparison> comparisons = withoutProfile
            ? question.ComparisonsWithoutProfile : question.Comparisons;
        IsQuick = true;
        question.Setup();
        try
        {
            var run = new PairedRun(question.Contestants());
            run.Run(question.WarmUp, question.Measuring);
            foreach (Comparison comparison in comparisons)
            {
                Row row = run.Compare(question.Name, comparison);
                if (withoutProfile) row = row.In("TieredPGO=false");
                Console.WriteLine(JsonSerializer.Serialize(row, RowJson.Default.Row));
            }
        }
        finally
        {
            question.Cleanup();
        }

        return 0;
    }
}
