using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests;

/// <summary>One file under several names and several openers; a file that grows and shrinks.</summary>
public sealed class MappedFileTests : IDisposable
{
    private const int Window = 65536;

    private readonly MapManager _manager = new(new MapManagerOptions { WindowSize = Window, Overlap = 4096 });
    private readonly string _folder = Directory.CreateTempSubdirectory("mmap-spans-").FullName;

    [Fact]
    public void TwoOpensOfOnePathShareRegionsAndTheFileStaysUntilBothAreClosed()
    {
        using SampleFile sample = SampleFile.OfLength(3 * Window);
        MappedFile first = _manager.Open(sample.Path), second =
            _manager.Open(Path.Combine(Path.GetDirectoryName(sample.Path)!, ".", Path.GetFileName(sample.Path)));
        AssertShared(first, second);
        first.Dispose();
        using (MemoryLease lease = second.LeaseMemory(Window, 10)) SampleFile.AssertBytes(lease.Span, Window);
        Assert.Equal(1, _manager.GetStatistics().OpenFiles);
        second.Dispose();
        AtRest.AssertNothingHeld(_manager);
    }

    [Fact]
    public void ASymbolicLinkAHardLinkAndAHandleAreTheSameFile()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere making a link needs rights or another program.");
        using SampleFile sample = SampleFile.OfLength(3 * Window);
        string symbolic = Path.Combine(_folder, "symbolic"), hard = Path.Combine(_folder, "hard");
        File.CreateSymbolicLink(symbolic, sample.Path);
        using (var ln = System.Diagnostics.Process.Start("ln", [sample.Path, hard])) ln.WaitForExit();
        using SafeFileHandle handle = File.OpenHandle(sample.Path);
        using (MappedFile first = _manager.Open(sample.Path), second = _manager.Open(symbolic),
            third = _manager.Open(hard), fourth = _manager.Open(handle))
        {
            AssertShared(first, second);
            AssertShared(first, third);
            AssertShared(first, fourth);
            Assert.Equal(1, _manager.GetStatistics().OpenHandles);
        }

        Assert.False(handle.IsClosed);
        AtRest.AssertNothingHeld(_manager);
    }

    [Fact]
    public void AHandleMayBeDisposedByItsOwnerAndIsKeptUntilTheFileIsClosed()
    {
        using SampleFile sample = SampleFile.OfLength(3 * Window);
        SafeFileHandle handle = File.OpenHandle(sample.Path);
        MappedFile file = _manager.Open(handle);
        Assert.Null(file.Path);
        handle.Dispose();
        using (MemoryLease lease = file.LeaseMemory(2 * Window, 10)) SampleFile.AssertBytes(lease.Span, 2 * Window);
        file.Dispose();
        AtRest.AssertNothingHeld(_manager);
    }

    /// <summary>Others have the file open, and its window is in memory: it is this object that was closed.</summary>
    [Fact]
    public void AClosedFileThatOthersHaveOpenGivesNoLease()
    {
        using SampleFile sample = SampleFile.OfLength(3 * Window);
        using MappedFile other = _manager.Open(sample.Path);
        MappedFile file = _manager.Open(sample.Path);
        SpanReader reader = file.CreateReader();
        file.LeaseSpan(0, 10).Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.LeaseSpan(0, 10).Dispose());
        Assert.Throws<ObjectDisposedException>(() => file.LeaseSpanUpTo(0, 10).Dispose());
        Assert.Throws<ObjectDisposedException>(() => file.LeaseMemory(0, 10));
        Assert.Throws<ObjectDisposedException>(() => file.Read<long>(0));
        bool thrown = false;
        try
        {
            reader.LeaseSpan(0, 10).Dispose();
        }
        catch (ObjectDisposedException)
        {
            thrown = true;
        }

        Assert.True(thrown);
        other.LeaseSpan(0, 10).Dispose();
    }

    [Fact]
    public void DifferentBackingsOfOneFileAreKeptApart()
    {
        using SampleFile sample = SampleFile.OfLength(3 * Window);
        using MappedFile mapped = _manager.Open(sample.Path, new() { Backing = Backing.Map }),
            copied = _manager.Open(sample.Path, new() { Backing = Backing.Copy });
        using MemoryLease first = mapped.LeaseMemory(0, 10), second = copied.LeaseMemory(0, 10);
        Assert.Equal(2, _manager.GetStatistics().Regions);
        Assert.Equal(Window + 4096, _manager.GetStatistics().CopiedBytes);
        SampleFile.AssertBytes(second.Span, 0);
    }

    [Fact]
    public void GrowthIsSeenByARefreshAndByANewOpenAndTheShortRegionIsMappedAnew()
    {
        using SampleFile sample = SampleFile.OfLength(Window + 100);
        using MappedFile file = _manager.Open(sample.Path);
        using MemoryLease old = file.LeaseMemory(Window, 100);
        sample.GrowTo(Window + 5000);
        Assert.Equal(Window + 100, file.Length);
        Assert.Equal(FileChange.Grown, file.Refresh());
        Assert.Equal(Window + 5000, file.Length);
        using (MemoryLease grown = file.LeaseMemory(Window, 5000)) SampleFile.AssertBytes(grown.Span, Window);

        sample.GrowTo(2 * Window + 1);
        using MappedFile again = _manager.Open(sample.Path);
        Assert.Equal(2 * Window + 1, again.Length);
        Assert.Equal(2 * Window + 1, file.Length);
        using (MemoryLease grown = file.LeaseMemory(2 * Window, 1)) SampleFile.AssertBytes(grown.Span, 2 * Window);
        SampleFile.AssertBytes(old.Span, Window);
        // The other open has seen it for all; the answer is each object's own.
        Assert.Equal(FileChange.Unchanged, again.Refresh());
        Assert.Equal(FileChange.Grown, file.Refresh());
    }

    [Fact]
    public void AShrunkFileIsSeenAsShorterByARefresh()
    {
        using SampleFile sample = SampleFile.OfLength(3 * Window);
        using MappedFile file = _manager.Open(sample.Path);
        file.LeaseMemory(2 * Window, 10).Dispose();
        sample.TruncateTo(Window + 10);
        Assert.Equal(FileChange.Shrunk, file.Refresh());
        Assert.Equal(Window + 10, file.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.LeaseMemory(2 * Window, 10));
        using MemoryLease lease = file.LeaseMemory(Window, 10);
        SampleFile.AssertBytes(lease.Span, Window);
        Assert.Equal(1, _manager.GetStatistics().Regions);
    }

    [Fact]
    public void AFileReplacedByRenameKeepsItsOldBytesAndSaysSo()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Identity by name is told on Linux.");
        using SampleFile sample = SampleFile.OfLength(3 * Window);
        using MappedFile file = _manager.Open(sample.Path);
        file.LeaseMemory(0, 10).Dispose();
        string next = Path.Combine(_folder, "next");
        File.WriteAllBytes(next, new byte[10]);
        File.Move(next, sample.Path, overwrite: true);
        Assert.Equal(FileChange.Replaced, file.Refresh());
        using (MemoryLease lease = file.LeaseMemory(2 * Window, 10)) SampleFile.AssertBytes(lease.Span, 2 * Window);
        using MappedFile replaced = _manager.Open(sample.Path);
        Assert.Equal(10, replaced.Length);
        Assert.Equal(3 * Window, file.Length);
    }

    [Fact]
    public void ADeletedFileKeepsWorking()
    {
        SampleFile sample = SampleFile.OfLength(3 * Window);
        using MappedFile file = _manager.Open(sample.Path);
        sample.Dispose();
        using MemoryLease lease = file.LeaseMemory(2 * Window, 10);
        SampleFile.AssertBytes(lease.Span, 2 * Window);
    }

    [Fact]
    public void ReadingAtOrPastTheEndGivesNothingAndAcrossItWhatThereIs()
    {
        using SampleFile sample = SampleFile.OfLength(1000);
        using MappedFile file = _manager.Open(sample.Path);
        byte[] buffer = new byte[100];
        Assert.Equal(0, file.Read(1000, buffer));
        Assert.Equal(0, file.Read(long.MaxValue / 2, buffer));
        Assert.Equal(30, file.Read(970, buffer));
        SampleFile.AssertBytes(buffer.AsSpan(0, 30), 970);
        Assert.Equal(0, file.Read(5, []));
    }

    public void Dispose()
    {
        _manager.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void AssertShared(MappedFile first, MappedFile second)
    {
        using MemoryLease one = first.LeaseMemory(Window, 100);
        long maps = _manager.GetStatistics().Maps;
        using MemoryLease two = second.LeaseMemory(Window, 100);
        SampleFile.AssertBytes(two.Span, Window);
        Assert.Equal(maps, _manager.GetStatistics().Maps);
        Assert.Equal(1, _manager.GetStatistics().OpenFiles);
        unsafe
        {
            using System.Buffers.MemoryHandle a = one.Memory.Pin(), b = two.Memory.Pin();
            Assert.True(a.Pointer == b.Pointer);
        }
    }
}
