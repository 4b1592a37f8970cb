using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mmap.Spans.LuceneBench.Corpus;

namespace Mmap.Spans.LuceneBench;

/// <summary>
/// A contestant in a process of its own, which does what it is asked line by line. A program has one kind of directory, and
/// the compiler makes its code for that kind; beside four others it could not.
/// </summary>
internal sealed class ContestantProcess : IDisposable
{
    /// <summary>The first argument of such a process.</summary>
    public const string Serve = "--serve";

    private const string Answers = "answers", Peak = "peak";

    private readonly Process _process;

    public ContestantProcess(ContestantKind kind, DirectoryInfo folder, int documents)
    {
        Kind = kind;
        string[] arguments = [Serve, kind.ToString(), folder.FullName, documents.ToString(CultureInfo.InvariantCulture)];
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }

    public ContestantKind Kind { get; }

    /// <summary>A digest of each answer.</summary>
    public string[] AskAnswers() => Ask(Answers).Split(' ');

    /// <summary>The most that its manager has held, in MiB.</summary>
    public long AskPeak() => long.Parse(Ask(Peak), CultureInfo.InvariantCulture);

    /// <summary>Has it do a work.</summary>
    /// <returns>Times a second.</returns>
    public double Do(int work, int first) =>
        double.Parse(Ask(string.Create(CultureInfo.InvariantCulture, $"{work} {first}")), CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>The whole life of such a process.</summary>
    public static int Live(ContestantKind kind, DirectoryInfo folder, int documents)
    {
        Question[] questions = Question.Make(Question.InTheBenchmark, documents);
        Work[] works = Work.All(questions, documents);
        using var contestant = new Contestant(kind, folder);
        while (Console.ReadLine() is { } line)
        {
            Console.WriteLine(line switch
            {
                Answers => string.Join(' ', questions.Select(question => Digest(question.AnswerOf(contestant.Searcher)))),
                Peak => contestant.PeakMebibytes.ToString(CultureInfo.InvariantCulture),
                _ when line.Split(' ') is [var work, var first] =>
                    works[int.Parse(work, CultureInfo.InvariantCulture)].Run(contestant, int.Parse(first, CultureInfo.InvariantCulture)).ToString("R", CultureInfo.InvariantCulture),
                _ => throw new InvalidOperationException($"Nothing is called '{line}'."),
            });
        }

        return 0;
    }

    private static string Digest(string answer) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(answer)));

    private string Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        return _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The process of {Kind} has ended.");
    }
}
