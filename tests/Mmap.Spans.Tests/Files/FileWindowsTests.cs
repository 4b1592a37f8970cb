using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>The available part of a range when a backing reports one length and gives another.</summary>
public class FileWindowsTests
{
    private const int Window = 64 << 10;
    private const int Length = 4 * Window;

    private Seam? _seam;

    /// <summary>
    /// The file is truncated after its length was read; a touch of the missing bytes would end the process.
    /// </summary>
    [Fact]
    public void VerifyAsksForThePagesAfterTheLength()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells of mapped pages that are gone.");
        using SampleFile sample = SampleFile.OfLength(Length);
        using MapManager manager = Manager();
        var options = new MappedFileOptions { Backing = Backing.Map, Verify = true };
        using MappedFile file = manager.Open(sample.Path, options);
        file.LeaseSpan(3 * Window, 10).Dispose();
        sample.TruncateTo(Window);
        int looks = 0;
        _seam!.Looked = now => ++looks == 1 ? now with { Length = Length } : now;
        Assert.Throws<FileChangedException>(() => file.LeaseMemory(3 * Window, 10));
        Assert.Equal(0, manager.GetStatistics().LiveHeapLeases);
    }

    [Fact]
    public void WhatCannotBeReadTwiceIsGivenUp()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using MapManager manager = Manager();
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Copy });
        int loads = 0;
        _seam!.Loading = _ => Assert.True(++loads <= 2, "It is tried once more, and then no more.");
        _seam.Shorten = length => length / 2;
        string message = Assert.Throws<FileChangedException>(() => file.LeaseMemory(Window - 10, 10)).Message;
        Assert.Contains($"it now has {Length} bytes", message);
        Assert.Equal(2, loads);

        loads = 0;
        _seam.Reading = _ => throw new IOException("The disk is broken.");
        IOException e = Assert.Throws<IOException>(() => file.LeaseMemory(Window - 10, 10));
        Assert.EndsWith("cannot be read: The disk is broken.", e.Message);
        Assert.Equal(0, manager.GetStatistics().LiveHeapLeases);
    }

    [Fact]
    public void AnUnmapThatThrowsIsToldAndTriedAgain()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using MapManager manager = Manager();
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        file.LeaseSpan(0, 10).Dispose();
        file.LeaseSpan(Window, 10).Dispose();
        bool fails = true;
        _seam!.Unloading = () =>
        {
            bool now = fails;
            fails = false;
            if (now) throw new InvalidOperationException("once");
        };
        Assert.Equal("once", Assert.Throws<InvalidOperationException>(() => manager.Trim()).Message);
        Assert.Equal(1, manager.GetStatistics().Regions);
        manager.Trim();
        Assert.True(manager.GetStatistics() is { Regions: 0, MappedBytes: 0 });
    }

    private MapManager Manager()
    {
        var options = new MapManagerOptions { WindowSize = Window, Overlap = 0 };
        return new MapManager(options) { WrapBacking = real => _seam = new Seam(real) };
    }
}
