using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mmap.Spans.Tool.Inspection;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool;

/// <summary>The options <c>--stats</c> and <c>--json</c> of commands that print figures, and their output.</summary>
/// <remarks>Statistics go to standard error, so that standard output stays what other programs expect. With
/// <c>--json</c> everything, statistics included, is one object on standard output.</remarks>
internal sealed class Report
{
    private readonly Option<bool> _stats =
        new("--stats") { Description = "Print what the manager did to standard error" };
    private readonly Option<bool> _json;

    private Report(Option<bool> json) => _json = json;

    public static Report AddTo(Command command)
    {
        var report = new Report(AddJsonTo(command));
        command.Options.Add(report._stats);
        return report;
    }

    /// <summary>Adds <c>--json</c> alone, for a command whose statistics are its result.</summary>
    public static Option<bool> AddJsonTo(Command command)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead, statistics included" };
        command.Options.Add(json);
        return json;
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Prints the statistics if they were asked for and are not part of a JSON object.</summary>
    public void PrintStatistics(ParseResult parsed, ToolConsole console, FileRun run)
    {
        if (!parsed.GetValue(_stats) || IsJson(parsed)) return;
        console.Flush();

        MapManagerOptions options = run.Manager.Options;
        MapStatistics statistics = run.Manager.GetStatistics();
        double seconds = run.Elapsed.TotalSeconds;
        console.Note(
            $"windows      {ByteSize.Format(options.WindowSize)} + {ByteSize.Format(options.Overlap)} overlap");
        console.Note($"maps         {statistics.Maps}");
        console.Note($"evictions    {statistics.Evictions}");
        console.Note(
            $"peak mapped  {ByteSize.Format(statistics.PeakMappedBytes)} of "
            + $"{ByteSize.Format(options.MaxMappedBytes)} ({Amount.Bytes(statistics.PeakMappedBytes)})");
        if (statistics.Copies > 0) console.Note($"read leases  {statistics.Copies}");
        if (statistics.FallbacksToCopy > 0) console.Note($"copied files {statistics.FallbacksToCopy}");
        string throughput = $"{ByteSize.Format(run.Bytes / seconds)}/s";
        console.Note(string.Create(
            CultureInfo.InvariantCulture,
            $"throughput   {throughput} ({ByteSize.Format(run.Bytes)} in {seconds:0.000} s)"));
    }

    /// <summary>Prints one object: the command, its own figures, the findings of each file, the statistics.</summary>
    /// <param name="parsed">The command line, with the command's name.</param>
    /// <param name="console">The console.</param>
    /// <param name="run">The run with the findings and the counts.</param>
    /// <param name="writeFigures">Writes the figures of the whole run; null if there are none.</param>
    public static void PrintJson(
        ParseResult parsed, ToolConsole console, FileRun run, Action<Utf8JsonWriter>? writeFigures = null) =>
        PrintObject(console, json =>
        {
            json.WriteString("command", parsed.CommandResult.Command.Name);
            writeFigures?.Invoke(json);
            run.WriteFiles(json);
            WriteStatistics(json, run.Manager.Options, run.Manager.GetStatistics(), run.Bytes, run.Elapsed);
        });

    /// <summary>Prints the object of a command that watches another; the statistics are those of the reader.</summary>
    public static void PrintJson(ParseResult parsed, ToolConsole console, FileRun run, Reading? reading) =>
        PrintObject(console, json =>
    {
        json.WriteString("command", parsed.CommandResult.Command.Name);
        run.WriteFiles(json);
        if (reading is not null)
            WriteStatistics(json, reading.Options, reading.Statistics, reading.Bytes, reading.Elapsed);
    });

    /// <summary>Prints one object.</summary>
    /// <param name="console">The console.</param>
    /// <param name="writeProperties">Writes the properties.</param>
    private static void PrintObject(ToolConsole console, Action<Utf8JsonWriter> writeProperties)
    {
        using var bytes = new MemoryStream();
        // File names are for people and programs; they need no escapes for a browser.
        var style = new JsonWriterOptions
        {
            Indented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
        };
        using (var json = new Utf8JsonWriter(bytes, style))
        {
            json.WriteStartObject();
            writeProperties(json);
            json.WriteEndObject();
        }

        console.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        console.Write("\n");
    }

    /// <summary>Writes a manager's limits, its state and counters, and the bytes and seconds of the run.</summary>
    public static void WriteStatistics(
        Utf8JsonWriter json, MapManagerOptions options, MapStatistics statistics, long bytesRead, TimeSpan elapsed)
    {
        json.WriteStartObject("statistics");
        json.WriteNumber("windowBytes", options.WindowSize);
        json.WriteNumber("overlapBytes", options.Overlap);
        json.WriteNumber("budgetBytes", options.MaxMappedBytes);
        json.WriteNumber("maps", statistics.Maps);
        json.WriteNumber("evictions", statistics.Evictions);
        json.WriteNumber("mappedBytes", statistics.MappedBytes);
        json.WriteNumber("peakMappedBytes", statistics.PeakMappedBytes);
        json.WriteNumber("fallbacksToCopy", statistics.FallbacksToCopy);
        json.WriteNumber("copies", statistics.Copies);
        json.WriteNumber("admissions", statistics.Admissions);
        json.WriteNumber("bytes", bytesRead);
        json.WriteNumber("seconds", elapsed.TotalSeconds);
        json.WriteEndObject();
    }
}
