using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Mmap.Spans.Tool.Comparison;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Commands;

/// <summary>
/// <c>mspans compare FILE</c>: reads the user's file on the user's machine in every way that .NET offers.
/// </summary>
internal sealed class CompareCommand
{
    private const long StandardLength = 1L << 30;

    private readonly Argument<string> _file = new("FILE") { Description = "The file" };
    private readonly Option<long?> _length =
        WindowSettings.Size("--length", "Read at most this much from the start of the file [default: 1GiB]");
    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "The figures are the medians of so many rounds",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
    };
    private readonly ToolConsole _console;
    private readonly WindowSettings _windows;
    private readonly Option<bool> _json;

    private CompareCommand(ToolConsole console, Command command)
    {
        _console = console;
        _rounds.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }]
                && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rounds)
                    && rounds is >= 1 and <= 1000))
                result.AddError("--rounds is a number from 1 to 1000.");
        });
        command.Arguments.Add(_file);
        command.Options.Add(_length);
        command.Options.Add(_rounds);
        // A scan would do with less, random reads would not.
        _windows = WindowSettings.AddTo(command, standardBudget: "8GiB");
        _json = Report.AddJsonTo(command);
        command.SetAction(Run);
    }

    public static Command Make(ToolConsole console)
    {
        var command = new ToolCommand(
            "compare",
            "Read a file in every way that .NET offers, and say which to take.",
            new Example("mspans compare big.bin", "charts, and the options to set in your program"),
            new Example("mspans compare --length 8GiB --rounds 9 big.bin", "more of it, more exactly"),
            new Example("mspans compare --json big.bin > figures.json", "medians and quartiles, in seconds"))
        {
            Notes = "Every way opens the file, reads, and closes it. Sequential ways count line feeds; random ones "
                + "read 200,000 records of 64 bytes. A checksum is taken first: all ways must have read the same "
                + "bytes. The figures are for a file that is in the system's cache, as far as it fits.",
        };
        _ = new CompareCommand(console, command);
        return command;
    }

    private int Run(ParseResult parsed)
    {
        using var run = new FileRun(_console, _windows.MakeManager(parsed, overlap: 0));
        string path = parsed.GetValue(_file)!;
        long length = Math.Min(parsed.GetValue(_length) ?? StandardLength, FileRun.LengthOf([path]));
        int rounds = parsed.GetValue(_rounds);
        Picture? picture = null;
        run.ForEach(
            "comparing",
            [path],
            printsAsItGoes: false,
            (file, name) =>
            {
                if (length == 0) throw new NotSupportedException("There is nothing in it to read.");
                var comparer = new Comparer(
                    name, length, file.Length, _windows.SettingOf(parsed), rounds, () => run.Advance(length));
                Findings findings = comparer.Run();
                run.Found(name, json => Write(json, findings));
                picture = FindingsPicture.Of(findings, file.Length, _console);
            },
            totalBytes: length * Comparer.ReadsIn(rounds));
        // Only after the bar was removed.
        if (parsed.GetValue(_json)) Report.PrintJson(parsed, _console, run);
        else if (picture is not null) new Screen(_console).Print(picture);
        _console.Flush();
        return run.ExitCode;
    }

    private static void Write(Utf8JsonWriter json, Findings findings)
    {
        json.WriteNumber("bytes", findings.Length);
        json.WriteNumber("records", RandomWays.Reads);
        json.WriteNumber("recordBytes", findings.RecordBytes);
        json.WriteString("crc32c", Checksum.Format(findings.Sequential.Sum));
        Write(json, "sequential", findings.Sequential, findings.ScanTrials, findings.ScanAdvice);
        Write(json, "random", findings.Random, findings.RecordTrials, findings.RecordAdvice);
    }

    private static void Write(
        Utf8JsonWriter json, string name, Contest contest, List<(Setting Setting, Timing Timing)> trials, Advice advice)
    {
        json.WriteStartObject(name);
        json.WriteStartArray("ways");
        foreach (Timing timing in contest.Timings)
        {
            json.WriteStartObject();
            json.WriteString("way", timing.Way.Name);
            json.WriteBoolean("windows", timing.Way.Ours);
            Write(json, timing);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("options");
        foreach ((Setting setting, Timing timing) in trials)
        {
            json.WriteStartObject();
            json.WriteNumber("windowBytes", setting.WindowBytes);
            json.WriteNumber("budgetBytes", setting.BudgetBytes);
            Write(json, timing);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("recommendation");
        json.WriteString("way", advice.Way.Name);
        json.WriteBoolean("windows", advice.Way.Ours);
        json.WriteNumber("windowBytes", advice.Setting.WindowBytes);
        json.WriteNumber("budgetBytes", advice.Setting.BudgetBytes);
        json.WriteString("reason", advice.Reason);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Timing timing)
    {
        json.WriteNumber("seconds", timing.Seconds);
        json.WriteNumber("lowerQuartileSeconds", timing.LowerQuartile);
        json.WriteNumber("upperQuartileSeconds", timing.UpperQuartile);
    }
}
