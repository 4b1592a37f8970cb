using System.CommandLine;

namespace Mmap.Spans.Tool;

/// <summary>A command whose help has more than its arguments: examples above all.</summary>
/// <param name="name">The command's name.</param>
/// <param name="description">The description, one line.</param>
/// <param name="examples">The examples, most common first.</param>
internal sealed class ToolCommand(string name, string description, params Example[] examples)
    : Command(name, description)
{
    /// <summary>The sentence about a reader that ends before the output does.</summary>
    public const string ClosedPipe = "A closed pipe is such a failure, without a message.";

    /// <summary>The exit codes of a command that reads no file.</summary>
    public const string WithoutFiles = "0 done; 2 bad usage, or the output failed. " + ClosedPipe;

    private const string UsualExitCodes =
        "0 done; 1 a file could not be read, and is named on standard error; 2 bad usage, or the output failed. "
        + ClosedPipe;

    public IReadOnlyList<Example> Examples { get; } = examples;

    /// <summary>Further notes for the help, in sentences; may be empty.</summary>
    public string Notes { get; init; } = "";

    public string ExitCodes { get; init; } = UsualExitCodes;
}
