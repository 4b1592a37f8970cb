using System.Text.Json;
using System.Text.Json.Serialization;
using Mmap.Spans.Benchmarks.Data;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>
/// The quick mode: each question in a process of its own, so that what the compiler learned from one does not change
/// another's code, and one table at the end.
/// </summary>
internal static class QuickRun
{
    /// <summary>The argument that makes a process answer one question, with rows as lines of JSON.</summary>
    public const string OneQuestion = "--one-question";

    private static readonly JsonSerializerOptions s_json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <summary>Whether this process measures for the quick table.</summary>
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
    /// <returns>0, or 1 if a question could not be answered; then nothing is kept.</returns>
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
            answered &= Ask(question.Name, rows);
        }

        table = RatioTable.Write(rows);
        return answered;
    }

    /// <summary>Answers one question in this process.</summary>
    public static int One(Question question)
    {
        IsQuick = true;
        question.Setup();
        try
        {
            var run = new PairedRun(question.Contestants());
            run.Run(question.WarmUp, question.Measuring);
            foreach (Comparison comparison in question.Comparisons)
                Console.WriteLine(JsonSerializer.Serialize(run.Compare(question.Name, comparison), s_json));
        }
        finally
        {
            question.Cleanup();
        }

        return 0;
    }

    private static bool Ask(string question, List<Row> rows) =>
        OwnProcess.Run(line => rows.Add(JsonSerializer.Deserialize<Row>(line, s_json)!), OneQuestion, question);
}
