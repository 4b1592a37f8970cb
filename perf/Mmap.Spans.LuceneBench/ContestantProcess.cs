using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mmap.Spans.LuceneBench.Corpus;

namespace Mmap.Spans.LuceneBench;

/// <summary>
/// A contestant in a process of its own, which does what it is asked line by line. A program has one kind of directory,
/// and the compiler makes its code for that kind; beside four others it could not.
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
        string[] arguments = [Serve, $"{kind}", folder.FullName, Text(documents)];
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
    }

    public ContestantKind Kind { get; }

    /// <summary>A digest of each answer.</summary>
    public string[] AskAnswers() => Ask(Answers).Split(' ');

    /// <summary>The most that its manager has held, in MiB.</summary>
    public long AskPeak() => Number(Ask(Peak));

    /// <summary>Has it do a work.</summary>
    /// <returns>Times a second.</returns>
    public double Do(int work, int first) =>
        double.Parse(Ask($"{Text(work)} {Text(first)}"), CultureInfo.InvariantCulture);

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
                Answers => string.Join(' ', questions.Select(each => Digest(each.AnswerOf(contestant.Searcher)))),
                Peak => Text(contestant.PeakMebibytes),
                _ when line.Split(' ') is [var work, var first] =>
                    Text(works[Number(work)].Run(contestant, Number(first))),
                _ => throw new InvalidOperationException($"Nothing is called '{line}'."),
            });
        }

        return 0;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static string Digest(string answer) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(answer)));

    private string Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        return _process.StandardOutput.ReadLine()
               ?? throw new InvalidOperationException($"The process of {Kind} has ended.");
    }
}
