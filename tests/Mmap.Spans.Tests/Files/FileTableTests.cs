using Mmap.Spans.Diagnostics;
using Mmap.Spans.Files;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>The holders of an open file when an open fails or comes too late.</summary>
public class FileTableTests
{
    [Fact]
    public void AClosedTableOpensNothingAndHasNothing()
    {
        using SampleFile sample = SampleFile.OfLength(1000);
        var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path);
        FileEntry entry = Assert.Single(((IObservedManager)manager).Files());
        var table = new FileTable();
        Assert.Same(entry, table.Open(entry.Key, () => entry, out bool made));
        Assert.True(made);
        Assert.True(table.Close());
        Assert.False(table.Close(), "It was closed before.");
        Assert.Empty(table.Snapshot());
        Assert.Throws<ObjectDisposedException>(() => table.Open(entry.Key, () => entry, out _));

        manager.Dispose();
        Assert.True(manager.GetStatistics() is { OpenFiles: 0, OpenHandles: 0 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AnOpenThatFailsInItsLookIsNoOpener(bool byHandle)
    {
        using SampleFile sample = SampleFile.OfLength(1000);
        Seam? seam = null;
        using var manager = new MapManager { WrapBacking = real => seam = new Seam(real) };
        MappedFile file = manager.Open(sample.Path);
        bool fails = true;
        seam!.Looked = now => fails ? throw new IOException("once") : now;
        using (Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(sample.Path))
        {
            IOException e = Assert.Throws<IOException>(() =>
                byHandle ? manager.Open(handle) : manager.Open(sample.Path));
            Assert.Equal("once", e.Message);
        }

        fails = false;
        Assert.Equal((1, 1), (manager.GetStatistics().OpenFiles, manager.GetStatistics().OpenHandles));
        Assert.Equal(1, ProcessView.Handles(sample.Path));
        file.Dispose();
        Assert.Equal((0, 0), (manager.GetStatistics().OpenFiles, manager.GetStatistics().OpenHandles));
        Assert.Equal(0, ProcessView.Handles(sample.Path));
    }
}
