using System.CommandLine;
using System.CommandLine.Help;
using Mmap.Spans.Tool.Commands;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool;

/// <summary>The command line: <c>mspans COMMAND …</c>. One file a command, under <c>Commands</c>.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        using ToolConsole console = ToolConsole.OfProcess();
        return Run(args, console);
    }

    /// <summary>Parses and runs one command line.</summary>
    /// <returns>The exit code: 2 for bad usage, otherwise the command's.</returns>
    internal static int Run(string[] args, ToolConsole console)
    {
        // A file may be called "@name", so no argument is replaced by the contents of a file.
        ParseResult parsed = Root(console).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (Complaint.About(parsed) is { } complaint)
        {
            string command = parsed.CommandResult.Command is ToolCommand tool ? $"{tool.Name} " : "";
            console.Error(complaint);
            console.Error($"Try 'mspans {command}--help'.");
            return ExitCode.BadUsage;
        }

        try
        {
            using TextWriter help = console.TextOutput();
            return parsed.Invoke(
                new InvocationConfiguration { Output = help, Error = help, EnableDefaultExceptionHandler = false });
        }
        catch (OutputException e)
        {
            // A reader that has ended, such as head, needs neither more output nor a message.
            if (!e.ReaderHasGone) console.Error(e.Message);
            return ExitCode.OutputFailed;
        }
    }

    private static RootCommand Root(ToolConsole console)
    {
        var root = new RootCommand(
            "Reads files of any size through mapped windows, and never holds more than a budget.")
        {
            LinesCommand.Make(console),
            GrepCommand.Make(console),
            HashCommand.Make(console),
            CatCommand.Make(console),
            ProbeCommand.Make(console),
            CompareCommand.Make(console),
            InspectCommand.Make(console),
            CompletionCommand.Make(console),
        };

        root.Subcommands.Add(HelpCommand.Make(root));
        // The parser's own option has one set of names for all commands, but -h is another option in grep.
        root.Options.Remove(root.Options.OfType<HelpOption>().Single());
        foreach (Command command in root.Subcommands.Append(root))
        {
            bool taken = command.Options.Any(option => option.Aliases.Contains("-h"));
            command.Options.Add(
                new HelpOption("--help", taken ? ["-?"] : ["-h", "-?"])
                {
                    Description = "Show how to use it",
                    Action = new HelpPage(console),
                    Recursive = false,
                });
        }

        return root;
    }
}
