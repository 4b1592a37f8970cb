using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Inspection;

/// <summary>Looks on while a command reads one file. Asked by the thread that shows it, told by the one that reads.</summary>
internal sealed class Inspector : IFileWatcher, IDisposable
{
    private readonly object _lock = new();
    private readonly string _fullPath;
    private readonly bool _keepsTable;
    private readonly WindowLog _log = new();
    private FileRun? _run;
    private Reading? _last;

    /// <param name="path">The file; a command that reads others besides is not looked at then.</param>
    /// <param name="keepsTable">Whether the table as text is wanted in the end; it stops all threads for a moment.</param>
    public Inspector(string path, bool keepsTable)
    {
        _fullPath = Path.GetFullPath(path);
        _keepsTable = keepsTable;
    }

    /// <summary>What the command has done by now, or had done when it ended; null as long as it has not begun.</summary>
    public Reading? Reading
    {
        get
        {
            lock (_lock) return _run is null ? _last : Read(_run);
        }
    }

    public void Begin(FileRun run, MappedFile file)
    {
        if (file.Path != _fullPath) return;
        lock (_lock)
        {
            _log.Follow(_fullPath);
            _run = run;
        }
    }

    /// <summary>Remembers how it was: with the file, its windows go.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (_run is not null) _last = Read(_run) with { Table = _keepsTable ? _run.Manager.Dump() : "" };
            _run = null;
        }
    }

    public void Dispose() => _log.Dispose();

    private Reading Read(FileRun run) =>
        new(run.Manager.Options, run.Manager.GetStatistics(), _log.Snapshot(), run.Bytes, run.Elapsed, Table: "");
}
