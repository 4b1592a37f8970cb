using Lucene.Net.Store;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Lucene.Tests.Infrastructure;

/// <summary>
/// A folder, and managers for directories over it. At the end of the test no lease may be left. Open inputs are
/// allowed, because Lucene leaves clones open.
/// </summary>
public abstract class DirectoryTest : IDisposable
{
    /// <summary>The smallest window that the system allows.</summary>
    public static readonly int Granule = OperatingSystem.IsWindows() ? 65_536 : Environment.SystemPageSize;

    private readonly TemporaryFolder _folder = new();
    private readonly List<MapManager> _managers = [];

    /// <summary>The folder's path.</summary>
    protected string FolderPath => _folder.Path;

    /// <summary>A directory with a manager of its own: windows of one granule, of which four may be mapped.</summary>
    protected MappedDirectory SmallWindows(int overlap = 256)
    {
        long budget = 4L * (Granule + overlap);
        var options = new MapManagerOptions { WindowSize = Granule, Overlap = overlap, MaxMappedBytes = budget };
        return new MappedDirectory(FolderPath, null, ManagerOf(options));
    }

    /// <summary>A manager that is disposed at the test's end.</summary>
    protected MapManager ManagerOf(MapManagerOptions options)
    {
        var manager = new MapManager(options);
        _managers.Add(manager);
        return manager;
    }

    /// <summary>Writes a file whose every byte depends on its position.</summary>
    protected void WriteSample(string name, int length) =>
        File.WriteAllBytes(PathOf(name), SampleFile.Bytes(0, length));

    /// <summary>The path of a file in the folder.</summary>
    protected string PathOf(string name) => _folder[name];

    /// <summary>Reads to the end in pieces and fails unless the bytes are the sample's from an offset on.</summary>
    protected static void AssertSample(IndexInput input, long offset, Func<int> nextLength)
    {
        byte[] bytes = new byte[input.Length - input.Position];
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(nextLength(), bytes.Length - at);
            input.ReadBytes(bytes, at, length);
            at += length;
        }

        SampleFile.AssertBytes(bytes, offset);
    }

    public void Dispose()
    {
        foreach (MapManager manager in _managers)
        {
            Assert.Equal(0, manager.GetStatistics().LiveHeapLeases);
            manager.Dispose();
        }

        _folder.Dispose();
    }
}
