using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>Handles come and go underneath; files stay what they were.</summary>
public class HandleTests
{
    private const int Length = 200_000;

    private static readonly MapManagerOptions s_oneHandle =
        new() { WindowSize = 64 << 10, Overlap = 4096, MaxOpenHandles = 1 };

    [Fact]
    public void AFileWhoseHandleWasClosedIsOpenedAgainWhenNeeded()
    {
        using SampleFile first = SampleFile.OfLength(Length), second = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_oneHandle);
        using MappedFile a = manager.Open(first.Path), b = manager.Open(second.Path);
        Assert.Equal(1, manager.GetStatistics().OpenHandles);
        for (int turn = 0; turn < 20; turn++)
        {
            byte[] copy = new byte[100];
            Assert.Equal(100, (turn % 2 == 0 ? a : b).Read(turn * 1000, copy));
            SampleFile.AssertBytes(copy, turn * 1000);
            Assert.Equal(1, manager.GetStatistics().OpenHandles);
        }
    }

    [Fact]
    public void TheHandleNotUsedForLongestGoesFirst()
    {
        using SampleFile first = SampleFile.OfLength(Length), second = SampleFile.OfLength(Length),
            third = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_oneHandle with { MaxOpenHandles = 2 });
        using MappedFile a = manager.Open(first.Path), b = manager.Open(second.Path);
        a.Read(0, new byte[1]);
        using MappedFile c = manager.Open(third.Path);
        Assert.Equal((1, 0, 1),
            (ProcessView.Handles(first.Path), ProcessView.Handles(second.Path), ProcessView.Handles(third.Path)));
    }

    [Fact]
    public void AFileReplacedWhileItsHandleWasClosedIsNeverMixedWithTheOther()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Wine keeps the names of files that were mapped.");
        using SampleFile sample = SampleFile.OfLength(Length), other = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_oneHandle);
        using MappedFile file = manager.Open(sample.Path);
        using MemoryLease lease = file.LeaseMemory(0, 100);
        using MappedFile closer = manager.Open(other.Path);
        File.WriteAllBytes(sample.Path + ".new", new byte[Length]);
        File.Move(sample.Path + ".new", sample.Path, overwrite: true);

        string message = Assert.Throws<FileChangedException>(() => file.LeaseMemory(100_000, 10)).Message;
        Assert.StartsWith($"'{sample.Path}' is another file now", message);
        // That one was opened to be looked at, and is closed again.
        Assert.Equal(0, ProcessView.Handles(sample.Path));
        Assert.Throws<FileChangedException>(() => file.Read(100_000, new byte[10]));
        Assert.Equal(FileChange.Replaced, file.Refresh());
        // The bytes in memory stay.
        using MemoryLease again = file.LeaseMemory(50, 100);
        SampleFile.AssertBytes(lease.Span, 0);
        SampleFile.AssertBytes(again.Span, 50);
        // The other file's handle was closed to make room, and the one opened for the look is closed too.
        Assert.Equal(0, manager.GetStatistics().OpenHandles);
    }

    [Fact]
    public void AFileWhoseNameWasTakenByAPipeWhileItsHandleWasClosedDoesNotBlock()
    {
        using SampleFile sample = SampleFile.OfLength(Length), other = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_oneHandle);
        using MappedFile file = manager.Open(sample.Path), closer = manager.Open(other.Path);
        File.Delete(sample.Path);
        SpecialFileTests.MakePipe(sample.Path);
        Assert.Throws<FileChangedException>(() => file.LeaseMemory(100_000, 10));
    }

    [Fact]
    public void AFileDeletedWhileItsHandleWasClosedSaysSo()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Wine keeps the names of files that were mapped.");
        using SampleFile sample = SampleFile.OfLength(Length), other = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_oneHandle);
        using MappedFile file = manager.Open(sample.Path), closer = manager.Open(other.Path);
        File.Delete(sample.Path);
        Assert.Contains("is gone", Assert.Throws<FileChangedException>(() => file.LeaseMemory(100_000, 10)).Message);
    }

    [Fact]
    public void AnotherNameOfTheFileServesWhenTheFirstIsGone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Wine keeps the names of files that were mapped.");
        using var folder = new TemporaryFolder();
        using SampleFile sample = SampleFile.OfLength(Length), other = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_oneHandle);
        using MappedFile file = manager.Open(sample.Path), closer = manager.Open(other.Path);
        File.Move(sample.Path, folder["moved"]);
        using (MappedFile byNewName = manager.Open(folder["moved"]))
        {
            // Its handle went to the entry that both share, which had none.
            using MemoryLease lease = file.LeaseMemory(100_000, 10);
            SampleFile.AssertBytes(lease.Span, 100_000);
        }

        closer.Read(0, new byte[1]);
        using MemoryLease later = file.LeaseMemory(150_000, 10);
        SampleFile.AssertBytes(later.Span, 150_000);
        Assert.Equal(2, manager.GetStatistics().OpenFiles);
        Assert.Equal(1, manager.GetStatistics().OpenHandles);
    }

    [Fact]
    public void AllNamesOfAFileShareItsRegions()
    {
        using var folder = new TemporaryFolder();
        using SampleFile sample = SampleFile.OfLength(Length);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need privileges there.");
        File.CreateSymbolicLink(folder["soft"], sample.Path);
        using (var link = System.Diagnostics.Process.Start("ln", [sample.Path, folder["hard"]])) link.WaitForExit();
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, sample.Path);
        string roundabout =
            Path.Combine(Path.GetDirectoryName(sample.Path)!, "..",
                Path.GetFileName(Path.GetDirectoryName(sample.Path)!), Path.GetFileName(sample.Path));

        using var manager = new MapManager();
        var files = new List<MappedFile>();
        foreach (string path in (string[])[sample.Path, folder["soft"], folder["hard"], relative, roundabout])
        {
            files.Add(manager.Open(path));
            using SpanLease lease = files[^1].LeaseSpan(500, 100);
            SampleFile.AssertBytes(lease.Span, 500);
        }

        using SafeFileHandle handle = File.OpenHandle(sample.Path);
        files.Add(manager.Open(handle));
        files[^1].LeaseSpan(500, 100).Dispose();
        MapStatistics statistics = manager.GetStatistics();
        Assert.Equal(
            (1, 1, 1L, 1), (statistics.OpenFiles, statistics.OpenHandles, statistics.Maps, statistics.Regions));
        foreach (MappedFile file in files) file.Dispose();
        Assert.True(manager.GetStatistics() is { OpenFiles: 0, OpenHandles: 0, Regions: 0, MappedBytes: 0 });
    }

    [Fact]
    public void ALentHandleServesAfterItsOwnerDisposedIt()
    {
        using SampleFile sample = SampleFile.OfLength(Length), other = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_oneHandle);
        SafeFileHandle handle = File.OpenHandle(sample.Path);
        MappedFile file = manager.Open(handle);
        handle.Dispose();
        Assert.Null(file.Path);
        using MappedFile closer = manager.Open(other.Path);
        for (int turn = 0; turn < 3; turn++)
        {
            closer.Read(0, new byte[1]);
            using MemoryLease lease = file.LeaseMemory(turn * 70_000, 100);
            SampleFile.AssertBytes(lease.Span, turn * 70_000);
        }

        Assert.Equal(1, ProcessView.Handles(sample.Path));
        file.Dispose();
        Assert.Equal(0, ProcessView.Handles(sample.Path));
    }

    [Fact]
    public void OfOneFileByTwoHandlesAndAnOpenThatFailsNoReferenceStays()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Handles are counted in /proc.");
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager();
        SafeFileHandle first = File.OpenHandle(sample.Path), second = File.OpenHandle(sample.Path);
        SafeFileHandle writer =
            File.OpenHandle(sample.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, FileOptions.None);
        MappedFile one = manager.Open(first), other = manager.Open(second);
        Assert.Throws<UnauthorizedAccessException>(() => manager.Open(writer));
        foreach (SafeFileHandle handle in (SafeFileHandle[])[first, second, writer]) handle.Dispose();
        // The first one's serves both.
        Assert.Equal((1, 1), (ProcessView.Handles(sample.Path), manager.GetStatistics().OpenHandles));
        one.Dispose();
        SampleFile.AssertBytes(ReadAt(other, 100), 100);
        other.Dispose();
        Assert.Equal((0, 0), (ProcessView.Handles(sample.Path), manager.GetStatistics().OpenHandles));

        static byte[] ReadAt(MappedFile file, long offset)
        {
            byte[] bytes = new byte[10];
            Assert.Equal(bytes.Length, file.Read(offset, bytes));
            return bytes;
        }
    }

    [Fact]
    public void AFurtherOpenOfAFileKeepsNoHandleOfItsOwn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Handles are counted in /proc.");
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager();
        using MappedFile first = manager.Open(sample.Path), second = manager.Open(sample.Path),
            third = manager.Open(sample.Path);
        Assert.Equal((1, 1), (ProcessView.Handles(sample.Path), manager.GetStatistics().OpenHandles));
    }

    /// <summary>
    /// The open does not wait, because the path may be a pipe; the handle itself waits like any other.
    /// </summary>
    [Fact]
    public void AHandleWaitsForItsReadsAlsoWhenItWasOpenedAgain()
    {
        const string Handles = "/proc/self/fd";
        const int NoWaiting = 0x800;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Flags of handles are told in /proc.");
        using SampleFile sample = SampleFile.OfLength(Length), other = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_oneHandle);
        using MappedFile file = manager.Open(sample.Path);
        Assert.Equal(0, FlagsOf(sample.Path) & NoWaiting);
        using MappedFile closer = manager.Open(other.Path);
        file.Read(0, new byte[1]);
        Assert.Equal(0, FlagsOf(sample.Path) & NoWaiting);

        static int FlagsOf(string path)
        {
            string number = Directory.GetFiles(Handles).Single(each => new FileInfo(each).LinkTarget == path);
            string flags = File.ReadLines($"{Handles}info/{Path.GetFileName(number)}")
                .First(line => line.StartsWith("flags:", StringComparison.Ordinal));
            return Convert.ToInt32(flags["flags:".Length..].Trim(), 8);
        }
    }

    [Fact]
    public void AFailedOpenLeavesNothingCounted()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager();
        SafeFileHandle closed = File.OpenHandle(sample.Path);
        closed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => manager.Open(closed));
        Assert.Throws<FileNotFoundException>(() => manager.Open(sample.Path + ".none"));
        Assert.Throws<UnauthorizedAccessException>(() => manager.Open(Path.GetTempPath()));
        using (SafeFileHandle writer =
            File.OpenHandle(sample.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, FileOptions.None))
            Assert.Throws<UnauthorizedAccessException>(() => manager.Open(writer));
        Assert.True(manager.GetStatistics() is { OpenFiles: 0, OpenHandles: 0 });
        using MappedFile file = manager.Open(sample.Path);
        Assert.Equal(1, manager.GetStatistics().OpenHandles);
    }

    [Fact]
    public void ManyThreadsReadManyFilesThroughTwoHandles()
    {
        SampleFile[] samples = [.. Enumerable.Range(0, 12).Select(_ => SampleFile.OfLength(Length))];
        var manager = new MapManager(s_oneHandle with { MaxOpenHandles = 2 });
        MappedFileOptions optionsOf(int index) => new() { Backing = index % 2 == 0 ? Backing.Map : Backing.Copy };
        MappedFile[] files = [.. samples.Select((sample, index) => manager.Open(sample.Path, optionsOf(index)))];
        Exception? failed = null;
        var threads = new Thread[4];
        for (int t = 0; t < threads.Length; t++)
        {
            var random = new Random(t);
            threads[t] = new Thread(() =>
            {
                try
                {
                    byte[] copy = new byte[64];
                    for (int i = 0; i < 2000; i++)
                    {
                        MappedFile file = files[random.Next(files.Length)];
                        int offset = random.Next(Length - 64);
                        Assert.Equal(64, file.Read(offset, copy));
                        SampleFile.AssertBytes(copy, offset);
                        using SpanLease lease = file.LeaseSpan(offset, 64);
                        SampleFile.AssertBytes(lease.Span, offset);
                        if (i % 100 == 0) manager.Trim();
                    }
                }
                catch (Exception e)
                {
                    failed = e;
                }
            });
            threads[t].Start();
        }

        foreach (Thread thread in threads) thread.Join();
        Assert.Null(failed);
        // Four threads may each open one at a time when none is left to close.
        Assert.InRange(manager.GetStatistics().OpenHandles, 1, 5);
        foreach (MappedFile file in files) file.Dispose();
        Assert.True(manager.GetStatistics() is { OpenFiles: 0, OpenHandles: 0, Regions: 0, MappedBytes: 0 });
        foreach (SampleFile sample in samples) sample.Dispose();
    }
}
