namespace Mmap.Spans.Tool.Terminal;

/// <summary>Watches a command that reads a file. Called by the reading thread.</summary>
internal interface IFileWatcher
{
    /// <summary>A file was opened; reading begins.</summary>
    void Begin(FileRun run, MappedFile file);

    /// <summary>Reading ended or failed; the file's windows are still mapped.</summary>
    void End();
}
