using System.CommandLine;

namespace Mmap.Spans.Tool.Commands;

/// <summary><c>mspans help [COMMAND]</c>: prints what <c>mspans COMMAND --help</c> prints.</summary>
internal static class HelpCommand
{
    private const string Name = "help";

    /// <param name="root">The program, with all its other commands.</param>
    public static Command Make(RootCommand root)
    {
        string[] names = [.. root.Subcommands.Select(known => known.Name), Name];
        var about = new Argument<string?>("COMMAND")
        {
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "COMMAND",
            Description = "Which command; without it the commands are listed",
        };
        about.CompletionSources.Add(names);
        about.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var name }] && !names.Contains(name))
                result.AddError(Complaint.AboutCommand(name, names));
        });
        var command = new ToolCommand(
            Name,
            "Show how to use a command.",
            new Example("mspans help grep", "what mspans grep --help prints"))
        {
            ExitCodes = ToolCommand.WithoutFiles,
        };
        command.Arguments.Add(about);
        command.SetAction(parsed =>
        {
            string[] words = parsed.GetValue(about) is { } name ? [name, "--help"] : ["--help"];
            return root.Parse(words).Invoke(parsed.InvocationConfiguration);
        });
        return command;
    }
}
