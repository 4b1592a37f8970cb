using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mmap.Spans.Tool.Inspection;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool;

/// <summary>The options of every command that prints figures, <c>--stats</c> and <c>--json</c>, and what they print.</summary>
/// <remarks>
/// Statistics go to standard error, so that standard output stays what other programs expect; with <c>--json</c>
/// everything is one object on standard output, statistics included.
/// </remarks>
internal sealed class Report
{
    private readonly Option<bool> _stats = new("--stats") { Description = "Print what the manager did to standard error" };
    private readonly Option<bool> _json;

    private Report(Option<bool> json) => _json = json;

    public static Report AddTo(Command command)
    {
        var report = new Report(AddJsonTo(command));
        command.Options.Add(report._stats);
        return report;
    }

    /// <summary>The option alone, for a command whose statistics are its result.</summary>
    public static Option<bool> AddJsonTo(Command command)
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead, statistics included" };
        command.Options.Add(json);
        return json;
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Prints the statistics if they were asked for, and are not part of an object.</summary>
    public void PrintStatistics(ParseResult parsed, ToolConsole console, FileRun run)
    {
        if (!parsed.GetValue(_stats) || IsJson(parsed)) return;
        console.Flush();

        MapManagerOptions options = run.Manager.Options;
        MapStatistics statistics = run.Manager.GetStatistics();
        double seconds = run.Elapsed.TotalSeconds;
        console.Note($"windows      {ByteSize.Format(options.WindowSize)} + {ByteSize.Format(options.Overlap)} overlap");
        console.Note($"maps         {statistics.Maps}");
        console.Note($"evictions    {statistics.Evictions}");
        console.Note($"peak mapped  {ByteSize.Format(statistics.PeakMappedBytes)} of {ByteSize.Format(options.MaxMappedBytes)} ({statistics.PeakMappedBytes} bytes)");
        if (statistics.Copies > 0) console.Note($"read leases  {statistics.Copies}");
        if (statistics.FallbacksToCopy > 0) console.Note($"copied files {statistics.FallbacksToCopy}");
        console.Note(string.Create(CultureInfo.InvariantCulture, $"throughput   {ByteSize.Format(run.Bytes / seconds)}/s ({ByteSize.Format(run.Bytes)} in {seconds:0.000} s)"));
    }

    /// <summary>Prints one object: the command, its own figures, what was found file by file, the statistics.</summary>
    /// <param name="parsed">Has the command's name.</param>
    /// <param name="console">Where it goes.</param>
    /// <param name="run">What was found, and is accounted for.</param>
    /// <param name="writeFigures">Writes what belongs to no single file; null if there is nothing.</param>
    public static void PrintJson(ParseResult parsed, ToolConsole console, FileRun run, Action<Utf8JsonWriter>? writeFigures = null) =>
        PrintObject(console, json =>
        {
            json.WriteString("command", parsed.CommandResult.Command.Name);
            writeFigures?.Invoke(json);
            run.WriteFiles(json);
            WriteStatistics(json, run.Manager.Options, run.Manager.GetStatistics(), run.Bytes, run.Elapsed);
        });

    /// <summary>The same for a command that only looks on: the statistics are those of the one that reads.</summary>
    public static void PrintJson(ParseResult parsed, ToolConsole console, FileRun run, Reading? reading) => PrintObject(console, json =>
    {
        json.WriteString("command", parsed.CommandResult.Command.Name);
        run.WriteFiles(json);
        if (reading is not null) WriteStatistics(json, reading.Options, reading.Statistics, reading.Bytes, reading.Elapsed);
    });

    /// <summary>Prints one object.</summary>
    /// <param name="console">Where it goes.</param>
    /// <param name="writeProperties">Writes what is in it.</param>
    private static void PrintObject(ToolConsole console, Action<Utf8JsonWriter> writeProperties)
    {
        using var bytes = new MemoryStream();
        // File names are to be read by people and programs, not by a browser.
        var style = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(bytes, style))
        {
            json.WriteStartObject();
            writeProperties(json);
            json.WriteEndObject();
        }

        console.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        console.Write("\n");
    }

    /// <summary>Writes what a manager may hold, holds and did, and how much was read in what time.</summary>
    public static void WriteStatistics(Utf8JsonWriter json, MapManagerOptions options, MapStatistics statistics, long bytesRead, TimeSpan elapsed)
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
