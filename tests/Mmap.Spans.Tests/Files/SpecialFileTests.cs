using System.Diagnostics;
using System.Net.Sockets;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>Files that are not ordinary: each opens and reads as it should, or says why not.</summary>
public class SpecialFileTests
{
    private static readonly Backing[] s_all = [Backing.Auto, Backing.Map, Backing.Copy];

    /// <summary>Makes a named pipe, or skips the test.</summary>
    internal static void MakePipe(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no pipes in folders.");
        using var mkfifo = Process.Start("mkfifo", [path]);
        mkfifo.WaitForExit();
        Assert.Equal(0, mkfifo.ExitCode);
    }

    [Fact]
    public void AnEmptyFileOpensAndHasOnlyEmptyRanges()
    {
        using SampleFile sample = SampleFile.OfLength(0);
        using var manager = new MapManager();
        foreach (Backing backing in s_all)
        {
            using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing });
            Assert.Equal(0, file.Length);
            using (SpanLease empty = file.LeaseSpan(0, 0)) Assert.Equal(0, empty.Span.Length);
            using (MemoryLease empty = file.LeaseMemory(0, 0)) Assert.Equal(0, empty.Span.Length);
            using (SequenceLease empty = file.LeaseSequence(0, 0)) Assert.True(empty.Sequence.IsEmpty);
            Assert.Throws<ArgumentOutOfRangeException>(() => file.LeaseSpan(0, 1).Dispose());
            Assert.Equal(0, file.Read(0, new byte[10]));
            using WindowCursor cursor = file.CreateCursor();
            Assert.False(cursor.MoveTo(0));
            Assert.Equal(FileChange.Unchanged, file.Refresh());
        }

        Assert.Equal(0, manager.GetStatistics().Maps);
    }

    public static MatrixTheoryData<string, bool> MadeUp => new(
        [
            "/proc/cpuinfo", "/proc/version", "/sys/kernel/mm/transparent_hugepage/enabled", "/sys/kernel/notes",
            "/sys/kernel/btf/vmlinux",
        ],
        [false, true]);

    [Theory]
    [MemberData(nameof(MadeUp))]
    public void FilesThatTheKernelMakesUpReadWholeUnderAuto(string path, bool guarded)
    {
        SkipUnlessOnLinux(path);
        byte[] expected = ReadToTheEnd(path);
        // Also where something stands between, as tests do: it is the backing that is asked what it is.
        using var manager =
            new MapManager(new MapManagerOptions { GuardLeases = guarded }) { WrapBacking = real => new Seam(real) };
        using MappedFile file = manager.Open(path);
        Assert.Equal(expected.Length, file.Length);
        using (SequenceLease all = file.LeaseSequence(0, file.Length))
            Assert.Equal(expected, System.Buffers.BuffersExtensions.ToArray(all.Sequence));
        using (SpanLease end = file.LeaseSpan(file.Length - 1, 1)) Assert.Equal(expected[^1], end.Span[0]);
        Assert.Equal((0, 0), (file.Read(file.Length, new byte[10]), file.Read(file.Length + 5000, new byte[10])));
        Assert.Equal((FileChange.Unchanged, FileChange.Unchanged), (file.Refresh(), file.Refresh()));
        file.Dispose();
        manager.Trim();
        Assert.Equal((0, 0), (manager.Pages.BytesInUse, manager.Pages.KeptBytes));
    }

    /// <summary>The system calls a range that ends past the last offset invalid, of whatever file.</summary>
    [Theory]
    [MemberData(nameof(OfAnyKind))]
    public void FarPastTheEndNothingIsReadOfAnyFile(string path, Backing backing)
    {
        using SampleFile sample = SampleFile.OfLength(100_000);
        if (path.Length > 0) SkipUnlessOnLinux(path);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(
            path.Length > 0 ? path : sample.Path, new MappedFileOptions { Backing = backing });
        byte[] ten = new byte[10];
        long length = file.Length;
        foreach (long offset in (long[])
            [length, length + 1, 1L << 40, long.MaxValue - 10, long.MaxValue - 9, long.MaxValue - 1, long.MaxValue])
        {
            Assert.Equal((0, 0), (file.Read(offset, ten), file.Read(offset, [])));
            Assert.Equal((0, 0), (file.CopyTo(offset, ten), file.CopyTo(offset, [])));
            using SpanLease none = file.LeaseSpanUpTo(offset, 10);
            Assert.Equal(0, none.Length);
            using WindowCursor cursor = file.CreateCursor();
            Assert.False(cursor.MoveTo(offset));
            Assert.Equal(
                offset == length, Record.Exception(() => file.LeaseSpan(offset, 0).Dispose()) is null);
            Assert.IsType<ArgumentOutOfRangeException>(Record.Exception(() => file.LeaseSpan(offset, 1).Dispose()));
        }

        Assert.Equal(Math.Min(10, length), file.Read(length - Math.Min(10, length), ten));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(-1, ten));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(long.MinValue, ten));
    }

    /// <summary>Every file of these folders that opens at all.</summary>
    [Theory]
    [InlineData("/proc/self")]
    [InlineData("/proc/sys/kernel")]
    [InlineData("/sys/kernel")]
    [InlineData("/sys/firmware")]
    [InlineData("/sys/class/net/lo")]
    public void FarPastTheEndNothingIsReadOfWhatTheKernelMakesUp(string folder)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists(folder), $"There is no {folder}.");
        using var manager = new MapManager();
        byte[] ten = new byte[10];
        int opened = 0;
        var recursing = new EnumerationOptions
        {
            RecurseSubdirectories = folder.StartsWith("/sys/", StringComparison.Ordinal),
            MaxRecursionDepth = 3,
        };
        foreach (string path in Directory.EnumerateFiles(folder, "*", recursing).Take(400))
        {
            MappedFile file;
            try
            {
                file = manager.Open(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                // Some cannot be read by anybody, or at no position, or have no end.
                continue;
            }

            using (file)
            {
                opened++;
                foreach (long offset in (long[])[file.Length, 1L << 40, long.MaxValue - 9, long.MaxValue])
                    Assert.True(file.Read(offset, ten) == 0, $"Bytes of {path} at {offset}.");
            }
        }

        Assert.True(opened > 0, "None opens.");
    }

    public static MatrixTheoryData<string, Backing> OfAnyKind => new(
        [
            "", "/proc/version", "/proc/cpuinfo", "/proc/cmdline", "/sys/kernel/notes", "/sys/kernel/btf/vmlinux",
            "/sys/kernel/mm/transparent_hugepage/enabled",
        ],
        [Backing.Auto, Backing.Copy]);

    [Fact]
    public void EachOpenOfAFileOfTheKernelHasItsOwnContent()
    {
        const string Uptime = "/proc/uptime";
        SkipUnlessOnLinux(Uptime);
        using var manager = new MapManager();
        using MappedFile first = manager.Open(Uptime);
        string before = TextOf(first);
        // Its clock has hundredths of a second.
        string now;
        do now = File.ReadAllText(Uptime);
        while (now == before);
        using MappedFile second = manager.Open(Uptime);
        Assert.NotEqual(before, TextOf(second));
        Assert.Equal(before, TextOf(first));

        static string TextOf(MappedFile file)
        {
            using MemoryLease all = file.LeaseMemory(0, (int)file.Length);
            return System.Text.Encoding.ASCII.GetString(all.Span);
        }
    }

    /// <summary>
    /// A writer that waits for a reader of the pipe goes on waiting: the pipe was never opened, however shortly.
    /// </summary>
    [Fact]
    public void APipeIsRefusedWithoutBeingOpened()
    {
        using var folder = new TemporaryFolder();
        MakePipe(folder["pipe"]);
        TestThread writer =
            TestThread.Start(() =>
                File.OpenHandle(folder["pipe"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose());
        for (int turn = 0; turn < 50; turn++) RefusedAsStream(folder["pipe"], Backing.Auto);
        Assert.False(writer.HasEnded(TimeSpan.FromMilliseconds(100)), "The pipe was opened.");
        File.OpenHandle(folder["pipe"]).Dispose();
        writer.Join();
    }

    [Fact]
    public void TheListOfMappingsIsReadAsItWasAtOneMoment()
    {
        const string Maps = "/proc/self/maps";
        SkipUnlessOnLinux(Maps);
        using var manager = new MapManager();
        foreach (Backing backing in (Backing[])[Backing.Auto, Backing.Copy])
        {
            using MappedFile file = manager.Open(Maps, new MappedFileOptions { Backing = backing });
            Assert.True(file.Length > 1000);
            byte[] copy = new byte[file.Length];
            Assert.Equal(copy.Length, file.Read(0, copy));
            using MemoryLease lease = file.LeaseMemory(0, copy.Length);
            Assert.True(lease.Span.SequenceEqual(copy));
            Assert.EndsWith("\n", System.Text.Encoding.ASCII.GetString(copy));
        }

        MappingRefusedException refused =
            Assert.Throws<MappingRefusedException>(() =>
                manager.Open(Maps, new MappedFileOptions { Backing = Backing.Map }));
        Assert.Contains(Maps, refused.Message);
        Assert.Contains("Backing.Copy", refused.Message);
        Assert.True(manager.GetStatistics() is { OpenFiles: 0, OpenHandles: 0, Regions: 0 });
    }

    [Fact]
    public void AFileOfTheKernelThatNeverEndsIsRefused()
    {
        const string PageMap = "/proc/self/pagemap";
        SkipUnlessOnLinux(PageMap);
        using var manager = new MapManager();
        Assert.Contains(PageMap, Assert.Throws<IOException>(() => manager.Open(PageMap)).Message);
        Assert.Equal(0, manager.GetStatistics().OpenHandles);
    }

    [Fact]
    public void APipeIsRefusedAndNeverWaitedFor()
    {
        using var folder = new TemporaryFolder();
        MakePipe(folder["pipe"]);
        var watch = Stopwatch.StartNew();
        foreach (Backing backing in s_all) RefusedAsStream(folder["pipe"], backing);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), "Nobody ever writes to it.");
    }

    [Fact]
    public void ASocketIsRefused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no sockets in folders.");
        using var folder = new TemporaryFolder();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(folder["s"]));
        foreach (Backing backing in s_all) RefusedAsStream(folder["s"], backing);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/dev/zero")]
    [InlineData("/dev/tty")]
    public void ADeviceIsRefused(string path)
    {
        SkipUnlessOnLinux(path);
        foreach (Backing backing in s_all) RefusedAsStream(path, backing);
    }

    [Fact, Trait("Needs", "root")]
    public void ABlockDeviceIsRefusedWhereverItsNodeIs()
    {
        SkipUnlessOnLinux("/proc/self/status");
        using var folder = new TemporaryFolder();
        // No driver need be there: the node is not opened.
        using var makeNode =
            Process.Start(
                new ProcessStartInfo("mknod", [folder["node"], "b", "7", "250"]) { RedirectStandardError = true })!;
        makeNode.WaitForExit();
        string[] nodes = makeNode.ExitCode == 0 ? [folder["node"]] : [];
        using var find =
            Process.Start(
                new ProcessStartInfo("find",
                    ["/dev", "-maxdepth", "1", "-type", "b"])
                { RedirectStandardOutput = true })!;
        nodes = [.. nodes, .. find.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.SkipWhen(nodes.Length == 0, "There is no block device, and the right to make one is missing.");
        foreach (string node in nodes)
        {
            foreach (Backing backing in s_all) RefusedAsStream(node, backing);
        }
    }

    [Fact, Trait("Needs", "root")]
    public void TheKernelsLogIsRefusedAndNeverWaitedForNorTakenFromItsReader()
    {
        const string Log = "/proc/kmsg";
        SkipUnlessOnLinux(Log);
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only the superuser may open it.");
        var watch = Stopwatch.StartNew();
        foreach (Backing backing in s_all) RefusedAsStream(Log, backing);
        using (Microsoft.Win32.SafeHandles.SafeFileHandle handle =
            File.OpenHandle(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        {
            using var manager = new MapManager();
            Assert.Throws<NotSupportedException>(() => manager.Open(handle));
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), "Nobody waits for the kernel to say something.");
    }

    [Fact]
    public void FilesOfTheKernelThatTellOfChangesAreReadAll()
    {
        const string Mounts = "/proc/self/mountinfo";
        SkipUnlessOnLinux(Mounts);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(Mounts);
        using MemoryLease all = file.LeaseMemory(0, (int)file.Length);
        Assert.Equal(ReadToTheEnd(Mounts), all.Memory.ToArray());
    }

    [Fact]
    public void AFileOfTheKernelThatCannotBeReadIsNamed()
    {
        const string Memory = "/proc/self/mem";
        SkipUnlessOnLinux(Memory);
        using var manager = new MapManager();
        string message = Assert.Throws<IOException>(() => manager.Open(Memory)).Message;
        Assert.Contains(Memory, message);
        Assert.EndsWith(".", message);
        Assert.Equal(0, manager.GetStatistics().OpenHandles);
    }

    [Fact]
    public void AHandleOfAPipeIsRefused()
    {
        using var pipe = new System.IO.Pipes.AnonymousPipeServerStream();
        using var handle =
            new Microsoft.Win32.SafeHandles.SafeFileHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        using var manager = new MapManager();
        Assert.Throws<NotSupportedException>(() => manager.Open(handle));
        Assert.Equal(0, manager.GetStatistics().OpenHandles);
    }

    [Fact]
    public void AHandleOfADeviceIsRefused()
    {
        const string Nothing = "/dev/null";
        SkipUnlessOnLinux(Nothing);
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(Nothing);
        using var manager = new MapManager();
        Assert.Throws<NotSupportedException>(() => manager.Open(handle));
        Assert.Equal(0, manager.GetStatistics().OpenHandles);
    }

    [Fact]
    public void WhatIsNotThereSaysWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        using var manager = new MapManager();
        Assert.Equal(folder["none"], Assert.Throws<FileNotFoundException>(() => manager.Open(folder["none"])).FileName);
        if (OperatingSystem.IsLinux())
            Assert.Throws<PathTooLongException>(() => manager.Open(folder[new string('x', 300)]));
        Assert.Contains(
            folder["none"],
                Assert.Throws<DirectoryNotFoundException>(() =>
                    manager.Open(Path.Combine(folder["none"], "file"))).Message);
        Assert.Contains(
            folder.Path, Assert.Throws<UnauthorizedAccessException>(() => manager.Open(folder.Path)).Message);
        Assert.Equal(0, manager.GetStatistics().OpenHandles);
    }

    [Fact, Trait("Needs", "root")]
    public void AFileThatMayNotBeReadSaysSo()
    {
        using var folder = new TemporaryFolder();
        ChildProcess.Run("", "open-forbidden", folder.Path);
    }

    /// <summary>Wine shows Linux's files too, but not as what they are.</summary>
    private static void SkipUnlessOnLinux(string path) =>
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(path), "There is no such file here.");

    /// <summary>
    /// Reads past the reported length; <see cref="File.ReadAllBytes(string)"/> believes that of /sys and throws.
    /// </summary>
    private static byte[] ReadToTheEnd(string path)
    {
        using FileStream stream = File.OpenRead(path);
        var content = new MemoryStream();
        byte[] part = new byte[64 << 10];
        for (int read = stream.Read(part); read > 0; read = stream.Read(part)) content.Write(part, 0, read);
        return content.ToArray();
    }

    private static void RefusedAsStream(string path, Backing backing)
    {
        using var manager = new MapManager();
        NotSupportedException e =
            Assert.Throws<NotSupportedException>(() => manager.Open(path, new MappedFileOptions { Backing = backing }));
        Assert.Contains(path, e.Message);
        Assert.True(manager.GetStatistics() is { OpenFiles: 0, OpenHandles: 0 });
    }
}
