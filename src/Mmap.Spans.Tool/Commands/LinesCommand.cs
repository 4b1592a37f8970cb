using System.CommandLine;
using System.Globalization;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Commands;

/// <summary><c>mspans lines FILE…</c>: prints the output of <c>wc -l</c>.</summary>
internal static class LinesCommand
{
    public static Command Make(ToolConsole console)
    {
        var command = new ToolCommand(
            "lines",
            "Count lines: prints what wc -l prints.",
            new Example("mspans lines big.log", "1234567 big.log"),
            new Example("mspans lines --stats *.log", "with a total; what was mapped, on standard error"),
            new Example("zcat big.gz | mspans lines -", "a pipe is copied to a temporary file first"));
        FileArguments files =
            FileArguments.AddTo(command, console, required: false,
                otherwise: "; if it is no pipe either, a sample is counted and deleted");
        WindowSettings windows = WindowSettings.AddTo(command);
        Report report = Report.AddTo(command);
        command.SetAction(parsed =>
        {
            string[] paths = files.Paths(parsed, out bool named);
            Sample? sample = null;
            if (paths.Length == 0)
            {
                sample = new Sample();
                console.Error($"No FILE is given; counts a sample of {Sample.Size} and deletes it. Ctrl+C stops that.");
                paths = [Sample.Name];
            }

            // No line is needed as a whole, so the windows need no overlap.
            using var run = new FileRun(console, windows.MakeManager(parsed, overlap: 0)) { Sample = sample };
            Run(parsed, console, report, run, paths, named || sample is not null);
            return run.ExitCode;
        });
        return command;
    }

    private static void Run(
        ParseResult parsed, ToolConsole console, Report report, FileRun run, string[] paths, bool named)
    {
        long total = 0;
        int width = NumberWidth(paths);
        bool json = report.IsJson(parsed);
        run.ForEach("counting", paths, printsAsItGoes: false, (file, path) =>
        {
            long bytes = file.Length, lines = Count(file, run);
            total += lines;
            run.Found(path, writer =>
            {
                writer.WriteNumber("bytes", bytes);
                writer.WriteNumber("lines", lines);
            });
            if (!json) Print(console, lines, width, named ? FileName.Quote(path) : "");
        });

        if (json) Report.PrintJson(parsed, console, run, writer => writer.WriteNumber("totalLines", total));
        else if (paths.Length > 1) Print(console, total, width, "total");
        report.PrintStatistics(parsed, console, run);
    }

    /// <summary>Counts the line feeds, window by window; a byte that two windows cover is seen once.</summary>
    private static long Count(MappedFile file, FileRun run)
    {
        long lines = 0;
        using WindowCursor cursor = file.CreateCursor();
        for (long at = 0; cursor.MoveTo(at); at = cursor.End)
        {
            lines += cursor.Span.Count((byte)'\n');
            run.Advance(cursor.Length);
        }

        return lines;
    }

    private static void Print(ToolConsole console, long lines, int width, string name) =>
        console.Write(
            $"{lines.ToString(CultureInfo.InvariantCulture).PadLeft(width)}{(name.Length > 0 ? " " : "")}{name}\n");

    /// <summary>
    /// The column width that wc uses: that of the sum of the files' lengths. A single number is not padded.
    /// </summary>
    private static int NumberWidth(string[] paths) =>
        paths.Length == 1 ? 1 : FileRun.LengthOf(paths).ToString(CultureInfo.InvariantCulture).Length;
}
