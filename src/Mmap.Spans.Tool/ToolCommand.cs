using System.CommandLine;

namespace Mmap.Spans.Tool;

/// <summary>A command that says more for itself than its arguments: examples above all.</summary>
/// <param name="name">What it is called by.</param>
/// <param name="description">One line.</param>
/// <param name="examples">What to type, most common first.</param>
internal sealed class ToolCommand(string name, string description, params Example[] examples) : Command(name, description)
{
    private const string UsualExitCodes = "0 done; 1 a file could not be read, and is named on standard error; 2 bad usage, or the output failed.";

    public IReadOnlyList<Example> Examples { get; } = examples;

    /// <summary>What else there is to know, in sentences; empty if there is nothing.</summary>
    public string Notes { get; init; } = "";

    public string ExitCodes { get; init; } = UsualExitCodes;
}
