namespace Mmap.Spans.Tool.Terminal;

/// <summary>Looks on while a command reads a file. Called by the thread that reads.</summary>
internal interface IFileWatcher
{
    /// <summary>A file was opened and will now be read.</summary>
    void Begin(FileRun run, MappedFile file);

    /// <summary>It was read, or failed; its windows are still there.</summary>
    void End();
}
