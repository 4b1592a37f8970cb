using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>Files that are deleted or renamed while more files are open than there may be handles.</summary>
public sealed class NamelessFileTests : IDisposable
{
    private const int Length = 200_000;

    private readonly TemporaryFolder _folder = new();
    private readonly MapManager _manager =
        new(new MapManagerOptions { WindowSize = 64 << 10, Overlap = 4096, MaxOpenHandles = 2 });

    public NamelessFileTests() =>
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps the names of open files.");

    public void Dispose()
    {
        _manager.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void AFileThatIsDeletedWhileItHasAHandleKeepsItForGood()
    {
        using MappedFile first = Open("0"), second = Open("1");
        File.Delete(_folder["0"]);
        File.Delete(_folder["1"]);
        using MappedFile third = Open("2"), fourth = Open("3"), fifth = Open("4");
        foreach (MappedFile file in (MappedFile[])[first, second, third, fourth, fifth]) AssertReads(file, 150_000);

        // Those of the two that have no name, and of the others as many as are being used at once.
        Assert.Equal(3, _manager.GetStatistics().OpenHandles);
        first.Dispose();
        second.Dispose();
        AssertReads(third, 70_000);
        AssertReads(fourth, 70_000);
        Assert.InRange(_manager.GetStatistics().OpenHandles, 1, 2);
    }

    [Fact]
    public void AFileThatIsRenamedWhileItHasAHandleIsFoundWhereverItIs()
    {
        using MappedFile first = Open("0");
        Directory.CreateDirectory(_folder["elsewhere"]);
        File.Move(_folder["0"], _folder["elsewhere/moved"]);
        using MappedFile second = Open("1"), third = Open("2");
        Assert.Equal(2, _manager.GetStatistics().OpenHandles);
        Assert.Equal(0, ProcessView.Handles(_folder["elsewhere/moved"]));
        AssertReads(first, 150_000);
        Assert.Equal(2, _manager.GetStatistics().OpenHandles);
    }

    [Fact]
    public void AFileThatIsRenamedWithoutAHandleIsFoundInItsFolder()
    {
        using MappedFile first = Open("log0"), second = Open("log1"), third = Open("2"), fourth = Open("3");
        File.Move(_folder["log0"], _folder["log0.1"]);
        File.Move(_folder["log1"], _folder["log1.1"]);
        File.WriteAllText(_folder["log1"], "another");
        AssertReads(first, 150_000);
        AssertReads(second, 150_000);
        Assert.Equal(2, _manager.GetStatistics().OpenHandles);
    }

    [Fact]
    public void AFileThatIsDeletedWithoutAHandleNamesTheLimit()
    {
        using MappedFile first = Open("0"), replaced = Open("1"), third = Open("2"), fourth = Open("3");
        File.Delete(_folder["0"]);
        File.Delete(_folder["1"]);
        File.WriteAllText(_folder["1"], "another");
        foreach (MappedFile file in (MappedFile[])[first, replaced])
        {
            string message = Assert.Throws<FileChangedException>(() => file.LeaseMemory(150_000, 10)).Message;
            Assert.Contains(file.Path!, message);
            Assert.Contains("MaxOpenHandles (2)", message);
        }

        AssertReads(third, 0);
    }

    private MappedFile Open(string name)
    {
        File.WriteAllBytes(_folder[name], SampleFile.Bytes(0, Length));
        return _manager.Open(_folder[name]);
    }

    private static void AssertReads(MappedFile file, int offset)
    {
        using MemoryLease lease = file.LeaseMemory(offset, 10);
        SampleFile.AssertBytes(lease.Span, offset);
    }
}
