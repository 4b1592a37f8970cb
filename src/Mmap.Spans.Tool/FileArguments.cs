using System.CommandLine;
using System.CommandLine.Parsing;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool;

/// <summary>The files that a command reads: those named, or standard input if it is a file.</summary>
/// <remarks>A pipe is read only if the user names it. Scripts and build servers often leave a pipe open that nobody
/// writes to; a command that read it would block for ever.</remarks>
internal sealed class FileArguments
{
    private readonly Argument<string[]> _paths;
    private readonly ToolConsole _console;
    private readonly bool _required;

    private FileArguments(ToolConsole console, string description, bool required)
    {
        _console = console;
        _required = required;
        _paths = new Argument<string[]>("FILE") { Arity = ArgumentArity.ZeroOrMore, Description = description };
    }

    /// <summary>Adds the argument to a command; rejects a command line that leaves nothing to read.</summary>
    /// <param name="command">The command.</param>
    /// <param name="console">Provides standard input.</param>
    /// <param name="required">True if there must be something to read.</param>
    /// <param name="otherwise">The help text for a command line without files.</param>
    public static FileArguments AddTo(Command command, ToolConsole console, bool required = true, string otherwise = "")
    {
        string description = $"The files; '-' is standard input. Without FILE it is read if it is a file{otherwise}";
        var files = new FileArguments(console, description, required);
        command.Arguments.Add(files._paths);
        command.Validators.Add(files.Check);
        return files;
    }

    /// <summary>The names as the user wrote them; empty if none was given and none is required.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="named">True if the user named the files, so that they are worth printing.</param>
    public string[] Paths(ParseResult parsed, out bool named)
    {
        string[] paths = parsed.GetValue(_paths) ?? [];
        named = paths.Length > 0;
        return named || _console.Input?.Kind != InputKind.File ? paths : [StandardInput.Name];
    }

    private void Check(CommandResult result)
    {
        if (result.GetResult(_paths) is { Tokens.Count: > 0 }) return;
        if (_console.Input?.Kind == InputKind.Stream)
            result.AddError("No FILE is given, and standard input is a pipe; write '-' to read it.");
        else if (_required && _console.Input?.Kind != InputKind.File)
            result.AddError("No FILE is given; '-' is standard input.");
    }
}
