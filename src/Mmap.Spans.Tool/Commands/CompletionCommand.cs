using System.CommandLine;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Commands;

/// <summary><c>mspans completion SHELL</c>: prints a script that asks the program itself for completions.</summary>
internal static class CompletionCommand
{
    private static readonly string[] s_shells = ["bash", "zsh", "fish", "pwsh"];

    public static Command Make(ToolConsole console)
    {
        var shell = new Argument<string>("SHELL") { Description = $"Which shell: {string.Join(", ", s_shells)}" };
        shell.CompletionSources.Add(s_shells);
        shell.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var name }] && !s_shells.Contains(name))
                result.AddError($"There is no script for '{name}'; there are those for {string.Join(", ", s_shells)}.");
        });
        var command = new ToolCommand(
            "completion",
            "Print a script for completion by the tab key.",
            new Example("source <(mspans completion bash)", "in ~/.bashrc"),
            new Example("source <(mspans completion zsh)", "in ~/.zshrc"),
            new Example("mspans completion fish | source", "in ~/.config/fish/config.fish"),
            new Example("mspans completion pwsh | Out-String | Invoke-Expression", "in $PROFILE"))
        {
            ExitCodes = ToolCommand.WithoutFiles,
        };
        command.Arguments.Add(shell);
        command.SetAction(parsed =>
        {
            console.Write(Script(parsed.GetValue(shell)!));
            console.Flush();
            return ExitCode.Success;
        });
        return command;
    }

    private static string Script(string shell)
    {
        string name = $"mspans.{(shell == "pwsh" ? "ps1" : shell)}";
        using Stream script = typeof(CompletionCommand).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the program.");
        using var reader = new StreamReader(script);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
