using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Mmap.Spans.Files;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>Files in memory (tmpfs, hugetlbfs), of which a mapping takes more than it shows.</summary>
public class MemoryFileTests
{
    private const string SharedMemory = "/dev/shm";
    private const int Length = 8 << 20;

    [Fact]
    public void ToReadAHoleOfAFileInMemoryTakesNone()
    {
        string path = NewFile();
        try
        {
            using (FileStream made = File.Create(path))
            {
                made.SetLength(Length);
                made.Position = Length - 100;
                made.Write(SampleFile.Bytes(Length - 100, 100));
            }

            long before = FileStatus.OfPath(path)!.Value.AllocatedBytes;
            Assert.InRange(before, 1, Length / 2);
            using var manager = new MapManager(new MapManagerOptions { WindowSize = 1 << 20 });
            using (MappedFile file = manager.Open(path))
            {
                using (SequenceLease all = file.LeaseSequence(0, Length))
                {
                    byte[] bytes = all.Sequence.ToArray();
                    Assert.False(bytes.AsSpan(0, Length - 100).ContainsAnyExcept((byte)0));
                    SampleFile.AssertBytes(bytes.AsSpan(Length - 100), Length - 100);
                    Assert.Equal((0L, true),
                        (manager.GetStatistics().MappedBytes, manager.GetStatistics().CopiedBytes >= Length));
                }
            }

            Assert.Equal(before, FileStatus.OfPath(path)!.Value.AllocatedBytes);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void AFileInMemoryWithoutHolesIsMapped()
    {
        string path = NewFile();
        try
        {
            File.WriteAllBytes(path, SampleFile.Bytes(0, Length / 8));
            using var manager = new MapManager();
            using MappedFile file = manager.Open(path);
            using MemoryLease lease = file.LeaseMemory(0, 1000);
            SampleFile.AssertBytes(lease.Span, 0);
            Assert.Equal(1, ProcessView.Mappings(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>A region that is too short each time is no lack of room, though the file has holes.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AFileInMemoryThatIsCutAndGrowsAllTheTimeIsAChangedFile(bool upTo)
    {
        string path = NewFile();
        try
        {
            using (FileStream made = File.Create(path)) made.SetLength(Length / 8);
            var options = new MapManagerOptions { WindowSize = 1 << 16, Overlap = 0 };
            using var manager =
                new MapManager(options) { WrapBacking = inner => new Seam(inner) { Shorten = _ => 4096 } };
            using MappedFile file = manager.Open(path, new MappedFileOptions { Backing = Backing.Map });
            FileChangedException error = Assert.Throws<FileChangedException>(() =>
            {
                if (upTo) file.LeaseSpanUpTo(8000, 100).Dispose();
                else file.LeaseSpan(8000, 100).Dispose();
            });
            Assert.DoesNotContain("tmpfs", error.Message, StringComparison.Ordinal);
            Assert.Equal(8000, error.Range.Offset);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The file is unchanged, and the exception must not claim a change.</summary>
    [Fact, Trait("Needs", "root")]
    public void WhoVerifiesAMappingIsToldThatThereIsNoRoomForTheHoles()
    {
        bool isRoot = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;
        Assert.SkipUnless(isRoot, "To mount takes Linux and the superuser.");
        using var folder = new TemporaryFolder();
        bool mounted = Run("mount", "-t", "tmpfs", "-o", "size=1m", "none", folder.Path);
        try
        {
            Assert.SkipUnless(mounted, "A tmpfs cannot be mounted here.");
            using (FileStream made = File.Create(folder["holes"])) made.SetLength(Length);
            using var manager = new MapManager();
            var options = new MappedFileOptions { Backing = Backing.Map, Verify = true };
            using (MappedFile file = manager.Open(folder["holes"], options))
            {
                string message = Assert.Throws<IOException>(() => file.LeaseMemory(0, Length)).Message;
                Assert.Contains($"[0, {Length})", message);
                Assert.Contains("no room for its holes", message);
            }

            Assert.Equal(0, ProcessView.Mappings(folder["holes"]));
        }
        finally
        {
            if (mounted) Assert.True(Run("umount", "-l", folder.Path));
        }
    }

    [Fact, Trait("Needs", "root")]
    public void OfHugePagesAutoCopiesAndMapSaysWhyNotAndNothingStays()
    {
        const string Setting = "/proc/sys/vm/nr_overcommit_hugepages";
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess
            && File.Exists(Setting), "To mount hugetlbfs takes Linux and the superuser.");
        using var folder = new TemporaryFolder();
        string before = File.ReadAllText(Setting);
        int pages = int.Parse(before, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        // Allows huge pages on a system that has none to give.
        File.WriteAllText(Setting, Math.Max(pages, 32).ToString(CultureInfo.InvariantCulture));
        bool mounted = Run("mount", "-t", "hugetlbfs", "none", folder.Path);
        try
        {
            Assert.SkipUnless(mounted, "hugetlbfs cannot be mounted here.");
            using (FileStream made = File.Create(folder["huge"])) made.SetLength(32 << 20);
            using var manager = new MapManager(new MapManagerOptions { WindowSize = 1 << 20 });
            using (MappedFile file = manager.Open(folder["huge"]))
            {
                using SequenceLease all = file.LeaseSequence(0, file.Length);
                Assert.False(all.Sequence.ToArray().AsSpan().ContainsAnyExcept((byte)0));
            }

            using (MappedFile file = manager.Open(folder["huge"], new MappedFileOptions { Backing = Backing.Map }))
                Assert.Contains(
                    "hugetlbfs", Assert.Throws<MappingRefusedException>(() => file.LeaseMemory(0, 10)).Message);

            Assert.Equal(0, ProcessView.Mappings(folder["huge"]));
            Assert.True(manager.GetStatistics() is { Regions: 0, MappedBytes: 0 });
        }
        finally
        {
            if (mounted) Assert.True(Run("umount", "-l", folder.Path));
            File.WriteAllText(Setting, before);
        }
    }

    private static string NewFile()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists(SharedMemory), "There is no /dev/shm.");
        return Path.Combine(SharedMemory, $"mmap-spans-{Guid.NewGuid():N}");
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
