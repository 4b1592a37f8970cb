using System.Diagnostics;
using System.Text.Json;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool;

/// <summary>One run of a command over files: opens each, continues after a failure, and counts.</summary>
internal sealed class FileRun : IDisposable
{
    private readonly ToolConsole _console;
    private readonly int _failure;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<Action<Utf8JsonWriter>> _found = [];
    private Action<long> _advance = _ => { };
    private long _bytes;

    /// <param name="console">The console for errors.</param>
    /// <param name="manager">The manager; disposed with this run.</param>
    /// <param name="failure">The exit code once a file has failed.</param>
    public FileRun(ToolConsole console, MapManager manager, int failure = Tool.ExitCode.FileFailed)
    {
        _console = console;
        _failure = failure;
        Manager = manager;
    }

    public MapManager Manager { get; }

    /// <summary>The content of <see cref="Sample.Name"/>; null if no sample was made.</summary>
    public Sample? Sample { get; init; }

    /// <summary>The exit code: 0 until a file fails.</summary>
    public int ExitCode { get; private set; }

    /// <summary>The bytes read so far.</summary>
    // Order: acquire. Stale: a display shows a little less.
    public long Bytes => Volatile.Read(ref _bytes);

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>Calls <paramref name="body"/> with each opened file; a failure is one line on standard error.</summary>
    /// <param name="title">The title of the progress bar.</param>
    /// <param name="paths">The files; <see cref="StandardInput.Name"/> is standard input.</param>
    /// <param name="printsAsItGoes">True if the body writes results during the run.</param>
    /// <param name="body">Receives the open file and its name as the user wrote it.</param>
    /// <param name="access">The order in which the body reads.</param>
    /// <param name="totalBytes">The number of bytes to read; by default the sum of the files' lengths. If given, no
    /// speed is shown, because the work does not read each byte once.</param>
    public void ForEach(
        string title,
        IReadOnlyList<string> paths,
        bool printsAsItGoes,
        Action<MappedFile, string> body,
        AccessPattern access = AccessPattern.Sequential,
        long? totalBytes = null)
    {
        bool showSpeed = totalBytes is null;
        ProgressBar.Run(_console, title, totalBytes ?? LengthOf(paths), printsAsItGoes, showSpeed, Work);

        void Work(Action<long> advance)
        {
            _advance = advance;
            foreach (string path in paths) Try(path, new MappedFileOptions { Access = access }, body);
        }
    }

    /// <summary>Counts bytes that were read.</summary>
    public void Advance(long bytes)
    {
        // Order: release; only this thread writes.
        Volatile.Write(ref _bytes, _bytes + bytes);
        _advance(bytes);
    }

    /// <summary>Stores the findings of one file for the object that <c>--json</c> prints.</summary>
    public void Found(string path, Action<Utf8JsonWriter> writeFindings) => _found.Add(json =>
    {
        json.WriteString("path", path);
        writeFindings(json);
    });

    /// <summary>
    /// Writes the findings of each file in the order of the command line; for a failed file, its error.
    /// </summary>
    public void WriteFiles(Utf8JsonWriter json)
    {
        json.WriteStartArray("files");
        foreach (Action<Utf8JsonWriter> writeProperties in _found)
        {
            json.WriteStartObject();
            writeProperties(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public void Dispose()
    {
        Manager.Dispose();
        Sample?.Dispose();
    }

    /// <summary>The total length of the files whose length is known.</summary>
    public static long LengthOf(IReadOnlyList<string> paths) =>
        paths.Sum(path => path.Length > 0 && File.Exists(path) ? new FileInfo(path).Length : 0);

    private void Try(string path, MappedFileOptions options, Action<MappedFile, string> body)
    {
        try
        {
            using MappedFile file = Open(path, options);
            try
            {
                _console.Watcher?.Begin(this, file);
                body(file, path);
            }
            finally
            {
                _console.Watcher?.End();
            }
        }
        catch (Exception e) when (FileTrouble.IsOne(e))
        {
            string trouble = FileTrouble.Describe(path, e);
            _console.Error($"{FileName.Quote(path)}: {trouble}");
            Found(path, json => json.WriteString("error", trouble));
            ExitCode = _failure;
        }
    }

    private MappedFile Open(string path, MappedFileOptions options)
    {
        if (Sample is not null) return Manager.Open(Sample.Handle, options);
        if (path != StandardInput.Name) return Manager.Open(path, options);
        return _console.Input?.Open(Manager, options) ?? throw new NotSupportedException("There is no standard input.");
    }
}
