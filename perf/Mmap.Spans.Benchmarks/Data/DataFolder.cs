namespace Mmap.Spans.Benchmarks.Data;

/// <summary>
/// The temporary folder that all processes of one run share, so that a large file is made once. Deleted at the end.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private const string Variable = "MMAP_SPANS_BENCHMARK_DATA";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mmap-spans-benchmarks-");

    /// <summary>Makes the folder and hands it to processes started from here.</summary>
    public DataFolder() => Environment.SetEnvironmentVariable(Variable, _folder.FullName);

    /// <summary>The run's folder; the system's temporary one for a process that was started by hand.</summary>
    public static string Current => Environment.GetEnvironmentVariable(Variable) ?? Path.GetTempPath();

    public void Dispose() => _folder.Delete(recursive: true);
}
