namespace Mmap.Spans.Tests.Tidy;

/// <summary>One text of the repository.</summary>
/// <param name="Path">From the root of the repository, with forward slashes.</param>
/// <param name="Text">The text, its lines ended by line feeds.</param>
internal sealed record SourceFile(string Path, string Text)
{
    /// <summary>The folder, without a slash at its end; empty for the root.</summary>
    public string Folder => Path.Contains('/') ? Path[..Path.LastIndexOf('/')] : "";

    public string[] Lines { get; } = Text.TrimEnd('\n').Split('\n');
}
