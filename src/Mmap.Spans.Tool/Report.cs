using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
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
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object instead, statistics included" };

    public static Report AddTo(Command command)
    {
        var report = new Report();
        command.Options.Add(report._stats);
        command.Options.Add(report._json);
        return report;
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
        if (statistics.FallbacksToCopy > 0) console.Note($"copied files {statistics.FallbacksToCopy}");
        console.Note(string.Create(CultureInfo.InvariantCulture, $"throughput   {ByteSize.Format(run.Bytes / seconds)}/s ({ByteSize.Format(run.Bytes)} in {seconds:0.000} s)"));
    }

    /// <summary>Prints one object: what the command found, then the statistics.</summary>
    /// <param name="console">Where it goes.</param>
    /// <param name="run">What is accounted for.</param>
    /// <param name="writeFindings">Writes the command's own properties.</param>
    public static void PrintJson(ToolConsole console, FileRun run, Action<Utf8JsonWriter> writeFindings) => PrintObject(console, json =>
    {
        writeFindings(json);
        WriteStatistics(json, run);
    });

    /// <summary>Prints one object.</summary>
    /// <param name="console">Where it goes.</param>
    /// <param name="writeProperties">Writes what is in it.</param>
    public static void PrintObject(ToolConsole console, Action<Utf8JsonWriter> writeProperties)
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

    private static void WriteStatistics(Utf8JsonWriter json, FileRun run)
    {
        MapManagerOptions options = run.Manager.Options;
        MapStatistics statistics = run.Manager.GetStatistics();
        json.WriteStartObject("statistics");
        json.WriteNumber("windowBytes", options.WindowSize);
        json.WriteNumber("overlapBytes", options.Overlap);
        json.WriteNumber("budgetBytes", options.MaxMappedBytes);
        json.WriteNumber("maps", statistics.Maps);
        json.WriteNumber("evictions", statistics.Evictions);
        json.WriteNumber("peakMappedBytes", statistics.PeakMappedBytes);
        json.WriteNumber("fallbacksToCopy", statistics.FallbacksToCopy);
        json.WriteNumber("bytes", run.Bytes);
        json.WriteNumber("seconds", run.Elapsed.TotalSeconds);
        json.WriteEndObject();
    }
}
