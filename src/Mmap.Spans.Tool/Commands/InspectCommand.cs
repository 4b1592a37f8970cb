using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Mmap.Spans.Tool.Inspection;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Commands;

/// <summary>
/// <c>mspans inspect FILE -- COMMAND</c>: shows a file's cached and mapped parts while a command reads it.
/// </summary>
internal sealed class InspectCommand
{
    private static readonly TimeSpan s_betweenPictures = TimeSpan.FromMilliseconds(150);

    /// <summary>Queries of the page cache take at most one part in this many of the time.</summary>
    private const int SparingOfTime = 10;

    private readonly Argument<string> _file = new("FILE") { Description = "The file" };
    private readonly Argument<string[]> _command = new("COMMAND")
    {
        Arity = ArgumentArity.ZeroOrMore,
        HelpName = "COMMAND",
        Description = "lines, grep, hash, cat or probe with its options, after '--'; FILE is added to them",
    };
    private readonly Option<bool> _table =
        new("--table") { Description = "Print the manager's table as well, as MapManager.Dump tells it" };
    private readonly Option<bool> _json;
    private readonly ToolConsole _console;

    private InspectCommand(ToolConsole console, Command command)
    {
        _console = console;
        command.Arguments.Add(_file);
        _command.CompletionSources.Add("lines", "grep", "hash", "cat", "probe");
        command.Arguments.Add(_command);
        command.Options.Add(_table);
        _json = Report.AddJsonTo(command);
        command.Validators.Add(Check);
        command.SetAction(Run);
    }

    public static Command Make(ToolConsole console)
    {
        var command = new ToolCommand(
            "inspect",
            "Show what of a file is in memory, also while a command reads it.",
            new Example("mspans inspect big.log", "what of it is in the system's cache?"),
            new Example("mspans inspect big.log -- lines", "the same while 'mspans lines' reads it"),
            new Example("mspans inspect big.log -- grep -c timeout --budget 64MiB", "a search in less memory"),
            new Example("mspans inspect big.bin -- probe --window 1MiB", "random reads"))
        {
            Notes = "The strips are the file from its start to its end: above, what is in the system's cache (Linux "
                + "tells it of files that are yours or that you may write to); below, what COMMAND has mapped. "
                + "On a terminal they move; elsewhere there is one picture, of the moment when the command was done. "
                + "What COMMAND prints is not passed on, only its first line.",
            ExitCodes = "1 the file could not be read; 2 bad usage, or the output failed; otherwise that of COMMAND. "
                + ToolCommand.ClosedPipe,
        };
        _ = new InspectCommand(console, command);
        return command;
    }

    private void Check(CommandResult result)
    {
        if (result.GetValue(_command) is [var name, ..]
            && name is not ("lines" or "grep" or "hash" or "cat" or "probe"))
            result.AddError($"'{name}' cannot be watched; lines, grep, hash, cat and probe can be.");
    }

    private int Run(ParseResult parsed)
    {
        string path = parsed.GetValue(_file)!;
        string[] command = parsed.GetValue(_command) ?? [];
        using var run = new FileRun(_console, new MapManager());
        int exitCode = ExitCode.Success;
        run.ForEach(
            "inspecting",
            [path],
            printsAsItGoes: true,
            (file, name) => exitCode = Inspect(parsed, name, file.Length, command, run));
        _console.Flush();
        return run.ExitCode != ExitCode.Success ? run.ExitCode : exitCode;
    }

    private int Inspect(ParseResult parsed, string path, long bytes, string[] command, FileRun run)
    {
        int cells = SnapshotPicture.CellsFor(_console);
        Residency before = PageCache.Ask(path, bytes, cells);
        Residency now = before;
        long askAgain = 0;
        using var inspector = new Inspector(path, parsed.GetValue(_table));
        using var output = new FirstLine();
        using var errors = new StringWriter();
        int exitCode = ExitCode.Success;

        Snapshot Look()
        {
            long started = Stopwatch.GetTimestamp();
            if (command.Length > 0 && started >= askAgain)
            {
                now = PageCache.Ask(path, bytes, cells);
                askAgain = started + SparingOfTime * (Stopwatch.GetTimestamp() - started);
            }

            return new Snapshot(path, bytes, before, now, inspector.Reading);
        }

        void Work()
        {
            using var inner = new ToolConsole(output, errors) { Watcher = inspector };
            string[] separator = command.Contains("--") ? [] : ["--"];
            exitCode = Program.Run([.. command, .. separator, path], inner);
            askAgain = 0;
        }

        if (parsed.GetValue(_json))
        {
            if (command.Length > 0) Work();
        }
        else if (command.Length == 0) new Screen(_console).Print(SnapshotPicture.Of(Look(), _console));
        else new Screen(_console).Follow(Work, s_betweenPictures, () => SnapshotPicture.Of(Look(), _console));
        NoteEachLine(errors.ToString());
        if (parsed.GetValue(_json)) PrintJson(parsed, run, Look(), command, exitCode, output);
        else PrintRest(parsed, inspector.Reading, command, exitCode, output);
        return exitCode;
    }

    private void NoteEachLine(string text)
    {
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            _console.Note(line.TrimEnd('\r'));
    }

    private void PrintRest(ParseResult parsed, Reading? reading, string[] command, int exitCode, FirstLine output)
    {
        var rest = new Picture();
        if (command.Length > 0)
        {
            string printed = output.Bytes == 0
                ? "nothing" : $"{ByteSize.Format(output.Bytes)}, at first: {FileName.Printable(output.Text)}";
            string ended = string.Create(CultureInfo.InvariantCulture, $"{command[0]} ended with {exitCode}");
            rest.Line().Wrapped($"{ended} and printed {printed}", 0, _console.Width);
        }

        if (parsed.GetValue(_table) && reading is not null) rest.Line().Add(reading.Table);
        new Screen(_console).Print(rest);
    }

    private void PrintJson(
        ParseResult parsed, FileRun run, Snapshot snapshot, string[] command, int exitCode, FirstLine output)
    {
        run.Found(snapshot.Path, json =>
        {
            json.WriteNumber("bytes", snapshot.Bytes);
            Write(json, snapshot.Before, snapshot.Now);
            if (command.Length == 0) return;
            json.WriteStartArray("windows");
            foreach (WindowUse window in snapshot.Reading?.Windows ?? [])
            {
                json.WriteStartObject();
                json.WriteNumber("offset", window.Offset);
                json.WriteNumber("bytes", window.Length);
                json.WriteBoolean("mapped", window.Now > 0);
                json.WriteNumber("maps", window.Maps);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("watched");
            json.WriteStartArray("arguments");
            foreach (string argument in command) json.WriteStringValue(argument);
            json.WriteEndArray();
            json.WriteNumber("exitCode", exitCode);
            json.WriteNumber("outputBytes", output.Bytes);
            json.WriteString("firstLine", output.Text);
            json.WriteEndObject();
        });
        Report.PrintJson(parsed, _console, run, snapshot.Reading);
    }

    private static void Write(Utf8JsonWriter json, Residency before, Residency now)
    {
        json.WriteStartObject("cache");
        if (now.Cells is null)
        {
            json.WriteString("unknown", now.WhyUnknown);
        }
        else
        {
            json.WriteNumber("bytesBefore", before.Bytes);
            json.WriteNumber("bytes", now.Bytes);
            json.WriteStartArray("parts");
            foreach (double part in now.Cells) json.WriteNumberValue(Math.Round(part, 4));
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
