using System.CommandLine;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Commands;

/// <summary>
/// <c>mspans cat FILE</c>: writes a file, or a range of it, to standard output, straight from the windows.
/// </summary>
internal static class CatCommand
{
    /// <summary>Small enough for the bar to move, large enough that system calls cost nothing.</summary>
    private const int PartBytes = 1 << 20;

    public static Command Make(ToolConsole console)
    {
        var file = new Argument<string>("FILE") { Description = "The file; '-' is standard input" };
        Option<long?> offset = WindowSettings.Size(
            "--offset", "Begin at this byte [default: 0]; nothing is printed if the file ends before");
        Option<long?> length = WindowSettings.Size("--length", "Print at most this many bytes [default: to the end]");
        var command = new ToolCommand(
            "cat",
            "Print a file, or a range of it.",
            new Example("mspans cat --offset 4GiB --length 1MiB big.bin > part.bin"))
        {
            file, offset, length,
        };
        WindowSettings windows = WindowSettings.AddTo(command);
        command.SetAction(parsed =>
        {
            using var run = new FileRun(console, windows.MakeManager(parsed, overlap: 0));
            run.ForEach("copying", [parsed.GetValue(file)!], printsAsItGoes: true, (mapped, _) =>
                Print(console, run, mapped, parsed.GetValue(offset) ?? 0, parsed.GetValue(length) ?? long.MaxValue));
            console.Flush();
            return run.ExitCode;
        });
        return command;
    }

    private static void Print(ToolConsole console, FileRun run, MappedFile file, long offset, long length)
    {
        long end = offset + Math.Min(length, Math.Max(file.Length - offset, 0));
        using WindowCursor cursor = file.CreateCursor();
        for (long at = offset; cursor.MoveTo(at, Math.Min(end - at, PartBytes)); at = cursor.End)
        {
            console.Write(cursor.Span);
            run.Advance(cursor.Length);
        }
    }
}
