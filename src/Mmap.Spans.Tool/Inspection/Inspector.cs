using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Inspection;

/// <summary>Watches a command that reads one file. The displaying thread asks; the reading thread reports.</summary>
internal sealed class Inspector : IFileWatcher, IDisposable
{
    private readonly object _lock = new();
    private readonly string _fullPath;
    private readonly bool _keepsTable;
    private readonly WindowLog _log = new();
    private FileRun? _run;
    private Reading? _last;

    /// <param name="path">The file; other files that the command reads are ignored.</param>
    /// <param name="keepsTable">True if the table as text is needed at the end; taking it stops all threads for a
    /// moment.</param>
    public Inspector(string path, bool keepsTable)
    {
        _fullPath = Path.GetFullPath(path);
        _keepsTable = keepsTable;
    }

    /// <summary>The command's progress, or its state at its end; null before it begins.</summary>
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

    /// <summary>Stores the final state, because the windows are unmapped with the file.</summary>
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
