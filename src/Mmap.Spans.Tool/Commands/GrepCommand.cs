using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Mmap.Spans.Tool.Search;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Commands;

/// <summary>
/// <c>mspans grep PATTERN FILE…</c>: prints the output of <c>grep -a -F</c>; with <c>--regex</c>, the lines that a .NET
/// expression matches.
/// </summary>
internal sealed class GrepCommand
{
    /// <summary>grep's own exit codes: nothing found is 1, so trouble is 2.</summary>
    private const int Nothing = 1;
    private const int Trouble = 2;

    private readonly Argument<string> _pattern =
        new("PATTERN") { Description = "What to look for: these bytes, unless --regex" };
    private readonly Option<bool> _regex =
        new("--regex", "-P") { Description = "PATTERN is a regular expression of .NET; lines are read as UTF-8" };
    private readonly Option<bool> _count = new("--count", "-c") { Description = "Print only how many lines match" };
    private readonly Option<bool> _number =
        new("--line-number", "-n") { Description = "Print the number of each line" };
    private readonly Option<bool> _ignoreCase =
        new("--ignore-case", "-i") { Description = "Letters match in both cases" };
    private readonly Option<bool> _withName =
        new("--with-filename", "-H") { Description = "Print file names; the default with several files" };
    private readonly Option<bool> _noName = new("--no-filename", "-h") { Description = "Print no file names" };
    private readonly ToolConsole _console;
    private readonly FileArguments _files;
    private readonly WindowSettings _windows;
    private readonly Report _report;

    private GrepCommand(ToolConsole console, Command command)
    {
        _console = console;
        command.Arguments.Add(_pattern);
        _files = FileArguments.AddTo(command, console);
        foreach (Option option in (Option[])[_regex, _count, _number, _ignoreCase, _withName, _noName])
            command.Options.Add(option);
        command.Validators.Add(Check);
        _windows = WindowSettings.AddTo(command);
        _report = Report.AddTo(command);
        command.SetAction(Run);
    }

    public static Command Make(ToolConsole console)
    {
        var command = new ToolCommand(
            "grep",
            "Print the lines that hold a pattern: prints what grep -a prints. With --json, counts.",
            new Example("mspans grep -n timeout big.log", "these bytes, wherever they are, with line numbers"),
            new Example("mspans grep --regex -i '^error [0-9]+' *.log", "an expression of .NET, in either case"),
            new Example("mspans grep -c -- -v big.log", "a PATTERN that begins with a dash goes after --"))
        {
            ExitCodes = "0 a line was found; 1 none was; "
                + "2 bad usage, or a file could not be read, or the output failed. " + ToolCommand.ClosedPipe,
        };
        _ = new GrepCommand(console, command);
        return command;
    }

    private void Check(CommandResult result)
    {
        string pattern = result.GetValue(_pattern) ?? "";
        if (pattern.Contains('\n', StringComparison.Ordinal))
        {
            result.AddError("A pattern is one line.");
        }
        else if (result.GetValue(_regex))
        {
            try
            {
                _ = new Regex(pattern);
            }
            catch (ArgumentException e)
            {
                result.AddError(e.Message);
            }
        }
        else if (Encoding.UTF8.GetByteCount(pattern) - 1 > _windows.Window(result))
        {
            result.AddError("The pattern is longer than a window; give a larger --window.");
        }
    }

    private int Run(ParseResult parsed)
    {
        string[] paths = _files.Paths(parsed, out _);
        bool json = _report.IsJson(parsed);
        bool countOnly = json || parsed.GetValue(_count);
        bool named = !parsed.GetValue(_noName) && (parsed.GetValue(_withName) || paths.Length > 1);
        bool numbered = !countOnly && parsed.GetValue(_number);
        Func<WindowCursor, ILineFinder> find = Finder(parsed, numbered, out int overlap);

        bool found = false;
        using var run = new FileRun(_console, _windows.MakeManager(parsed, overlap), Trouble);
        run.ForEach("searching", paths, printsAsItGoes: true, (file, path) =>
        {
            string name = !named ? "" : path == StandardInput.Name ? "(standard input)" : FileName.Quote(path);
            using WindowCursor cursor = file.CreateCursor();
            using var writer = countOnly ? null : new LineWriter(_console, file, name, parsed.GetValue(_number));
            long lines = Search(find(cursor), cursor, writer, run);
            found |= lines > 0;
            run.Found(path, writer => writer.WriteNumber("matchingLines", lines));
            if (countOnly && !json)
                _console.Write($"{name}{(named ? ":" : "")}{lines.ToString(CultureInfo.InvariantCulture)}\n");
        });

        if (json) Report.PrintJson(parsed, _console, run);
        _console.Flush();
        _report.PrintStatistics(parsed, _console, run);
        return run.ExitCode != 0 ? run.ExitCode : found ? ExitCode.Success : Nothing;
    }

    private static long Search(ILineFinder finder, WindowCursor cursor, LineWriter? writer, FileRun run)
    {
        long lines = 0, done = 0;
        while (finder.TryNext(out FoundLine line))
        {
            lines++;
            writer?.Write(line, cursor);
            if (line.End - done < 1 << 20) continue;
            run.Advance(line.End - done);
            done = line.End;
        }

        run.Advance(cursor.File.Length - done);
        return lines;
    }

    /// <summary>The finder of the lines, and the window overlap that it needs.</summary>
    private Func<WindowCursor, ILineFinder> Finder(ParseResult parsed, bool numbered, out int overlap)
    {
        string pattern = parsed.GetValue(_pattern)!;
        bool ignoreCase = parsed.GetValue(_ignoreCase);
        // Beyond ASCII, what is the same letter is a question for the framework.
        bool regex = parsed.GetValue(_regex);
        if (regex || ignoreCase && !Ascii.IsValid(pattern))
        {
            var expression = new LineExpression(regex ? pattern : Regex.Escape(pattern), ignoreCase);
            overlap = 1 << 20;
            return cursor => new RegexFinder(cursor, expression);
        }

        overlap = 0;
        if (pattern.Length == 0) return cursor => new EveryLineFinder(cursor);

        var bytes = new BytePattern(Encoding.UTF8.GetBytes(pattern), ignoreCase);
        overlap = bytes.Length - 1;
        return cursor => new LiteralFinder(cursor, bytes, numbered);
    }
}
