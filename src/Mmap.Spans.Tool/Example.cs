namespace Mmap.Spans.Tool;

/// <summary>A command line to learn from.</summary>
/// <param name="CommandLine">What to type.</param>
/// <param name="Comment">What it is good for; may be empty.</param>
internal sealed record Example(string CommandLine, string Comment = "");
