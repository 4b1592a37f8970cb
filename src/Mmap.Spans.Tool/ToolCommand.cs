using System.CommandLine;

namespace Mmap.Spans.Tool;

/// <summary>A command whose help has more than its arguments: examples above all.</summary>
/// <param name="name">The command's name.</param>
/// <param name="description">The description, one line.</param>
/// <param name="examples">The examples, most common first.</param>
internal sealed class ToolCommand(string name, string description, params Example[] examples)
    : Command(name, description)
{
    private const string UsualExitCodes =
        "0 done; 1 a file could not be read, and is named on standard error; 2 bad usage, or the output failed.";

    public IReadOnlyList<Example> Examples { get; } = examples;

    /// <summary>Further notes for the help, in sentences; may be empty.</summary>
    public string Notes { get; init; } = "";

    public string ExitCodes { get; init; } = UsualExitCodes;
}
