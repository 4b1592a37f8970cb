using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool;

/// <summary><c>--help</c>: the parser's help, then examples, units and exit codes.</summary>
internal sealed class HelpPage(ToolConsole console) : SynchronousCommandLineAction
{
    private const string Sizes = "4096, 64KiB, 16MiB, 1GiB or 2TiB; K, M, G and T are accepted. A KiB is 1024 bytes.";

    /// <summary>The maximum width; longer lines are hard to read.</summary>
    private const int WidestText = 100;

    private static readonly Example[] s_start =
    [
        new("mspans lines big.log", "as wc -l"),
        new("mspans grep -n timeout big.log", "as grep -a -F -n"),
        new("mspans compare big.bin", "which way to read it is fastest here?"),
        new("mspans inspect big.log -- lines", "what is in memory while it is read"),
        new("mspans COMMAND --help", "options, units, exit codes, more examples"),
    ];

    private int Width => Math.Min(console.Width, WidestText);

    /// <summary>True: a request for help need not be a valid command line.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        new HelpAction { MaxWidth = Width }.Invoke(parseResult);
        Command command = parseResult.CommandResult.Command;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        if (command is not ToolCommand tool)
        {
            Write(output, s_start);
            return ExitCode.Success;
        }

        Write(output, tool.Examples);
        if (tool.Notes.Length > 0) Write(output, "Notes:", tool.Notes);
        if (command.Options.Any(option => option.HelpName == WindowSettings.SizeName)) Write(output, "Sizes:", Sizes);
        Write(output, "Exit codes:", tool.ExitCodes);
        return ExitCode.Success;
    }

    /// <summary>Writes the examples: comments beside the commands if all fit, otherwise above them.</summary>
    private void Write(TextWriter output, IReadOnlyList<Example> examples)
    {
        int longest = examples.Max(example => example.CommandLine.Length);
        bool beside =
            examples.All(example => example.Comment.Length == 0 || longest + example.Comment.Length + 6 <= Width);
        output.WriteLine("Examples:");
        foreach (Example example in examples)
        {
            string comment = example.Comment.Length > 0 ? $"# {example.Comment}" : "";
            if (beside)
            {
                output.WriteLine($"  {example.CommandLine.PadRight(longest)}  {comment}".TrimEnd());
                continue;
            }

            if (example != examples[0]) output.WriteLine();
            foreach (string line in Lines.Wrap(comment, Width - 2)) output.WriteLine($"  {line}".TrimEnd());
            output.WriteLine($"  {example.CommandLine}");
        }
    }

    private void Write(TextWriter output, string title, string text)
    {
        output.WriteLine();
        output.WriteLine(title);
        foreach (string line in Lines.Wrap(text, Width - 2)) output.WriteLine($"  {line}");
    }
}
