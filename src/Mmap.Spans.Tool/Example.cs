namespace Mmap.Spans.Tool;

/// <summary>An example command line.</summary>
/// <param name="CommandLine">The text to type.</param>
/// <param name="Comment">Its purpose; may be empty.</param>
internal sealed record Example(string CommandLine, string Comment = "");
