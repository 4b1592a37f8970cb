using System.Diagnostics;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool;

/// <summary>One run of a command over files: opens each, goes on after one that fails, and keeps the accounts.</summary>
internal sealed class FileRun : IDisposable
{
    private readonly ToolConsole _console;
    private readonly int _failure;
    private readonly long _started = Stopwatch.GetTimestamp();
    private Action<long> _advance = _ => { };

    /// <param name="console">Where the errors go.</param>
    /// <param name="manager">Disposed with this.</param>
    /// <param name="failure">The exit code once a file has failed.</param>
    public FileRun(ToolConsole console, MapManager manager, int failure = Tool.ExitCode.FileFailed)
    {
        _console = console;
        _failure = failure;
        Manager = manager;
    }

    public MapManager Manager { get; }

    /// <summary>0 until a file fails.</summary>
    public int ExitCode { get; private set; }

    /// <summary>The bytes read so far.</summary>
    public long Bytes { get; private set; }

    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>Calls <paramref name="body"/> with each file that opens; a failure is one line on standard error.</summary>
    /// <param name="title">What is being done, for the progress bar.</param>
    /// <param name="paths">The files.</param>
    /// <param name="printsAsItGoes">Whether the body writes results all along.</param>
    /// <param name="body">Gets the open file and its name as the user wrote it.</param>
    public void ForEach(string title, IReadOnlyList<string> paths, bool printsAsItGoes, Action<MappedFile, string> body)
    {
        ProgressBar.Run(_console, title, LengthOf(paths), printsAsItGoes, advance =>
        {
            _advance = advance;
            foreach (string path in paths) Try(path, body);
        });
    }

    /// <summary>To be called as bytes have been read.</summary>
    public void Advance(long bytes)
    {
        Bytes += bytes;
        _advance(bytes);
    }

    public void Dispose() => Manager.Dispose();

    /// <summary>The bytes of those files that can be asked.</summary>
    public static long LengthOf(IReadOnlyList<string> paths) =>
        paths.Sum(path => path.Length > 0 && File.Exists(path) ? new FileInfo(path).Length : 0);

    private void Try(string path, Action<MappedFile, string> body)
    {
        try
        {
            using MappedFile file = Manager.Open(path, new MappedFileOptions { Access = AccessPattern.Sequential });
            body(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            _console.Error($"{path}: {e.Message}");
            ExitCode = _failure;
        }
    }
}
