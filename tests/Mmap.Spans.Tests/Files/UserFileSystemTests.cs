using System.Buffers;
using System.Globalization;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>Files of a file system in user space (FUSE), one of which the system refuses to map.</summary>
[Trait("Needs", "root")]
public sealed class UserFileSystemTests : IDisposable
{
    private const int Window = 64 << 10;
    private const int Length = 4 * Window + 789;

    private readonly TemporaryFolder _folder;
    private readonly ChildProcess _server;

    public UserFileSystemTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess
            && File.Exists("/dev/fuse"), "Mounting needs Linux's /dev/fuse and the right to mount.");
        _folder = new TemporaryFolder();
        _server = ChildProcess.Start("", "serve-files", _folder.Path, Length.ToString(CultureInfo.InvariantCulture));
        while (!File.Exists(_folder["mapped"]))
        {
            if (_server.HasExited) _server.Succeed();
            Thread.Yield();
        }
    }

    public void Dispose()
    {
        // It is not there; being asked for it, the server takes the file system away and ends.
        Assert.False(File.Exists(_folder["stop"]));
        _server.Succeed();
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void WhereMappingIsRefusedAutoCopiesAndSaysSoOnceAndMapThrows()
    {
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = 4096, MaxMappedBytes = 2 * Window });
        using (MappedFile file = manager.Open(_folder["refused"]))
        {
            ReadWhole(file);
            Assert.Equal(1, manager.GetStatistics().FallbacksToCopy);
            Assert.Equal((0L, true), (manager.GetStatistics().MappedBytes, manager.GetStatistics().CopiedBytes > 0));
            Assert.Equal(FileChange.Unchanged, file.Refresh());
        }

        using (MappedFile file =
            manager.Open(_folder["refused"], new MappedFileOptions { Backing = Backing.Copy })) ReadWhole(file);

        using (MappedFile file = manager.Open(_folder["refused"], new MappedFileOptions { Backing = Backing.Map }))
        {
            string message = Assert.Throws<MappingRefusedException>(() => file.LeaseMemory(0, 1)).Message;
            Assert.Contains(_folder["refused"], message);
            Assert.Contains("Backing.Copy", message);
            // Reading positions needs no mapping.
            byte[] bytes = new byte[100];
            Assert.Equal(100, file.Read(Window, bytes));
            SampleFile.AssertBytes(bytes, Window);
        }

        Assert.True(manager.GetStatistics() is { Regions: 0, MappedBytes: 0, OpenFiles: 0, OpenHandles: 0 });
    }

    [Fact]
    public void WhereMappingIsAllowedItIsUsed()
    {
        using var manager = new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = 4096 });
        foreach (Backing backing in (Backing[])[Backing.Auto, Backing.Map])
        {
            using MappedFile file =
                manager.Open(_folder["mapped"], new MappedFileOptions { Backing = backing, Verify = true });
            ReadWhole(file);
            Assert.Equal((0L, 0L), (manager.GetStatistics().FallbacksToCopy, manager.GetStatistics().CopiedBytes));
        }
    }

    /// <summary>The file has kept its length, and the exceptions of both readers must not claim a truncation.</summary>
    [Fact]
    public void WhatABadDiskRefusesIsNamedToEveryoneWhoVerifies()
    {
        using var manager = new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = 4096 });
        var options = new MappedFileOptions { Backing = Backing.Map, Verify = true };
        using MappedFile file = manager.Open(_folder["broken"], options);
        using (SpanLease good = file.LeaseSpan(100, 10)) SampleFile.AssertBytes(good.Span, 100);

        Exception?[] thrown = new Exception?[5];
        TestThread.RunTogether(4, i => thrown[i] = i % 2 == 0
            ? Record.Exception(() => file.LeaseMemory(3 * Window, 100))
            : Record.Exception(() =>
            {
                using Stream stream = file.OpenStream(3 * Window);
                stream.ReadByte();
            }));
        thrown[4] = Record.Exception(() => file.LoadAsync(3 * Window, 100).GetAwaiter().GetResult());
        Assert.All(thrown, e =>
        {
            Assert.IsType<IOException>(e);
            Assert.Contains(_folder["broken"], e.Message);
            Assert.Contains($"[{3 * Window}, ", e.Message);
            Assert.EndsWith("cannot be read: Input/output error.", e.Message);
        });
    }

    [Fact]
    public void WhatHasNoPositionsIsRefusedByName()
    {
        using var manager = new MapManager();
        string path = _folder["unseekable"];
        foreach (Backing backing in Enum.GetValues<Backing>())
        {
            var options = new MappedFileOptions { Backing = backing };
            Assert.Contains(path, Assert.Throws<NotSupportedException>(() => manager.Open(path, options)).Message);
        }

        Assert.Equal(0, manager.GetStatistics().OpenHandles);
    }

    private static void ReadWhole(MappedFile file)
    {
        Assert.Equal(Length, file.Length);
        using (SpanLease lease = file.LeaseSpan(Length - 10, 10)) SampleFile.AssertBytes(lease.Span, Length - 10);
        for (long offset = 0; offset < Length; offset += Window)
        {
            using SequenceLease part = file.LeaseSequence(offset, Math.Min(Window, Length - offset));
            SampleFile.AssertBytes(part.Sequence.ToArray(), offset);
        }
    }
}
