using Xunit;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>Managers and files for one test. At its end they are closed and deleted, and no lease may be
/// left.</summary>
public abstract class LeakCheckedTest : IDisposable
{
    /// <summary>The smallest window that the system allows.</summary>
    public static readonly int Granule = OperatingSystem.IsWindows() ? 65_536 : Environment.SystemPageSize;

    private readonly List<MapManager> _managers = [];
    private readonly List<MappedFile> _files = [];
    private readonly List<string> _paths = [];

    /// <summary>The number of pins that heap leases, cursors, readers and streams hold in all of the test's
    /// managers.</summary>
    protected long LiveLeases => _managers.Sum(manager => manager.GetStatistics().LiveHeapLeases);

    /// <summary>True to run the tests under guard, which changes nothing for a correct program.</summary>
    protected virtual bool Guarded => false;

    /// <summary>A manager with windows of one granule.</summary>
    protected MapManager ManagerOf(int overlap) =>
        ManagerOf(new MapManagerOptions { WindowSize = Granule, Overlap = overlap });

    protected MapManager ManagerOf(MapManagerOptions options)
    {
        var manager = new MapManager(options with { GuardLeases = options.GuardLeases || Guarded });
        _managers.Add(manager);
        return manager;
    }

    /// <summary>A file whose every byte depends on its position, in windows of one granule.</summary>
    protected MappedFile OpenSample(long length, int overlap = 256) => OpenSample(ManagerOf(overlap), length, out _);

    protected MappedFile OpenSample(
        MapManager manager, long length, out SampleFile sample, MappedFileOptions? options = null)
    {
        sample = SampleFile.OfLength(length);
        _paths.Add(sample.Path);
        return Open(manager, sample.Path, options);
    }

    /// <summary>A file of those bytes, in windows of one granule.</summary>
    protected MappedFile OpenBytes(ReadOnlySpan<byte> content, int overlap = 256) =>
        OpenBytes(ManagerOf(overlap), content);

    protected MappedFile OpenBytes(MapManager manager, ReadOnlySpan<byte> content, MappedFileOptions? options = null)
    {
        string path = SampleFile.NewPath();
        _paths.Add(path);
        File.WriteAllBytes(path, content.ToArray());
        return Open(manager, path, options);
    }

    /// <summary>Ends the test.</summary>
    public void Dispose()
    {
        foreach (MappedFile file in _files) file.Dispose();
        foreach (MapManager manager in _managers) manager.Dispose();
        foreach (string path in _paths) File.Delete(path);
        Assert.Equal(0, LiveLeases);
    }

    private MappedFile Open(MapManager manager, string path, MappedFileOptions? options)
    {
        MappedFile file = manager.Open(path, options);
        _files.Add(file);
        return file;
    }
}
