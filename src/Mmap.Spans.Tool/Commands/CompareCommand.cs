using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mmap.Spans.Tool.Comparison;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Commands;

/// <summary><c>mspans compare FILE</c>: the user's file, on the user's machine, read in every way there is.</summary>
internal sealed class CompareCommand
{
    private const long StandardLength = 1L << 30;

    /// <summary>A way through windows that is at most this much slower than the fastest is worth its bounded memory.</summary>
    private const double AsGoodAs = 1.1;

    private readonly Argument<string> _file = new("FILE") { Description = "The file" };
    private readonly Option<long?> _length = WindowSettings.Size("--length", "Read at most this much from the start of the file [default: 1GiB]");
    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "The figures are the medians of so many rounds",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
    };
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead" };
    private readonly ToolConsole _console;
    private readonly WindowSettings _windows;

    private CompareCommand(ToolConsole console, Command command)
    {
        _console = console;
        _rounds.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rounds) && rounds is >= 1 and <= 1000))
                result.AddError("--rounds is a number from 1 to 1000.");
        });
        command.Arguments.Add(_file);
        foreach (Option option in (Option[])[_length, _rounds, _json]) command.Options.Add(option);
        // What programs get that ask for nothing else; a scan would do with less, random reads would not.
        _windows = WindowSettings.AddTo(command, standardBudget: "8GiB");
        command.SetAction(Run);
    }

    public static Command Make(ToolConsole console)
    {
        var command = new Command("compare", "Read a file in every way that .NET offers, and say which to take.");
        _ = new CompareCommand(console, command);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        using var run = new FileRun(_console, _windows.MakeManager(parsed, overlap: 0));
        run.ForEach("comparing", [parsed.GetValue(_file)!], printsAsItGoes: true, (file, path) =>
        {
            long length = Math.Min(parsed.GetValue(_length) ?? StandardLength, file.Length);
            if (length == 0) throw new NotSupportedException("There is nothing in it to read.");

            Compare(parsed, path, length, file.Length);
        });
        _console.Flush();
        return run.ExitCode;
    }

    private void Compare(ParseResult parsed, string path, long length, long fileLength)
    {
        int rounds = parsed.GetValue(_rounds);
        List<Way> inOrder = new SequentialWays(path, length, () => _windows.MakeManager(parsed, overlap: 0)).All(fileLength);
        List<Way> anywhere = new RandomWays(path, length, () => _windows.MakeManager(parsed, overlap: 1 << 20)).All();
        if (!parsed.GetValue(_json)) _console.Note($"mspans: reading {ByteSize.Format(length)} in {inOrder.Count + anywhere.Count} ways, {rounds + 1} times each");

        List<Timing> sequential = Timing.Of(inOrder, rounds);
        List<Timing> random = Timing.Of(anywhere, rounds);
        if (parsed.GetValue(_json))
        {
            PrintJson(path, length, sequential, random);
            return;
        }

        Chart.Print(_console, $"from start to end, {ByteSize.Format(length)}:", sequential, seconds => $"{ByteSize.Format(length / seconds)}/s");
        Chart.Print(_console, $"{RandomWays.Reads} records of 64 bytes, here and there:", random, seconds => string.Create(
            CultureInfo.InvariantCulture, $"{seconds * 1e9 / RandomWays.Reads:0} ns a record"));
        _console.Write(Advice("from start to end", sequential, "a cursor, AccessPattern.Sequential"));
        _console.Write(Advice("here and there", random, "LeaseSpan, AccessPattern.Random, and a budget as large as what is read often"));
    }

    private static string Advice(string order, List<Timing> timings, string how)
    {
        Timing fastest = timings[0], ours = timings.First(timing => timing.Way.Ours);
        string ratio = (ours.Seconds / fastest.Seconds).ToString("0.00", CultureInfo.InvariantCulture);
        return ours.Seconds <= fastest.Seconds * AsGoodAs
            ? $"{order}: windows; {how}\n"
            : $"{order}: {fastest.Way.Name}; windows, which keep a budget, take {ratio} times as long ({how})\n";
    }

    private void PrintJson(string path, long length, List<Timing> sequential, List<Timing> random) => Report.PrintObject(_console, json =>
    {
        json.WriteString("path", path);
        json.WriteNumber("bytes", length);
        json.WriteNumber("randomReads", RandomWays.Reads);
        Write(json, "sequential", sequential);
        Write(json, "random", random);
    });

    private static void Write(Utf8JsonWriter json, string name, List<Timing> timings)
    {
        json.WriteStartArray(name);
        foreach (Timing timing in timings)
        {
            json.WriteStartObject();
            json.WriteString("way", timing.Way.Name);
            json.WriteBoolean("windows", timing.Way.Ours);
            json.WriteNumber("seconds", timing.Seconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
