using System.CommandLine;
using System.Globalization;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Commands;

/// <summary><c>mspans lines FILE…</c>: what <c>wc -l</c> prints.</summary>
internal static class LinesCommand
{
    public static Command Make(ToolConsole console)
    {
        var files = new Argument<string[]>("FILE")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "The files; without any, a sample is made, counted and deleted",
        };
        var command = new Command("lines", "Count lines: prints what wc -l prints.") { files };
        WindowSettings windows = WindowSettings.AddTo(command);
        Report report = Report.AddTo(command);
        command.SetAction(parsed =>
        {
            string[] paths = parsed.GetValue(files) ?? [];
            using Sample? sample = paths.Length == 0 ? new Sample() : null;
            if (sample is not null)
            {
                console.Note($"mspans: no FILE given; counting a sample of {Sample.Size}, {sample.FilePath}");
                paths = [sample.FilePath];
            }

            // No line is looked at as a whole, so the windows need no overlap.
            using var run = new FileRun(console, windows.MakeManager(parsed, overlap: 0));
            Run(parsed, console, report, run, paths);
            return run.ExitCode;
        });
        return command;
    }

    private static void Run(ParseResult parsed, ToolConsole console, Report report, FileRun run, string[] paths)
    {
        var counts = new List<(string Path, long Bytes, long Lines)>();
        int width = NumberWidth(paths);
        bool json = report.IsJson(parsed);
        run.ForEach("counting", paths, printsAsItGoes: false, (file, path) =>
        {
            long lines = Count(file, run);
            counts.Add((path, file.Length, lines));
            if (!json) Print(console, lines, width, path);
        });

        long total = counts.Sum(count => count.Lines);
        if (json)
        {
            Report.PrintJson(console, run, writer =>
            {
                writer.WriteStartArray("files");
                foreach ((string path, long bytes, long lines) in counts)
                {
                    writer.WriteStartObject();
                    writer.WriteString("path", path);
                    writer.WriteNumber("bytes", bytes);
                    writer.WriteNumber("lines", lines);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteNumber("totalLines", total);
            });
        }
        else if (paths.Length > 1)
        {
            Print(console, total, width, "total");
        }

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
        console.Write($"{lines.ToString(CultureInfo.InvariantCulture).PadLeft(width)} {name}\n");

    /// <summary>As wide as the sum of the files' lengths, which is what wc does; one file's number stands alone.</summary>
    private static int NumberWidth(string[] paths) =>
        paths.Length == 1 ? 1 : FileRun.LengthOf(paths).ToString(CultureInfo.InvariantCulture).Length;
}
