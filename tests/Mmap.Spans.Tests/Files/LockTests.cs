using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>The library takes no lock on an open file, and opens a file that another program has locked.</summary>
public class LockTests
{
    private const int Length = 300_000;

    private static readonly MapManagerOptions s_oneHandle =
        new() { WindowSize = 64 << 10, Overlap = 4096, MaxOpenHandles = 1 };

    public LockTests() =>
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows lets each opener say what others may do.");

    [Theory]
    [InlineData(AccessPattern.Normal)]
    [InlineData(AccessPattern.Random)]
    public void WritersThatWantItForThemselvesGetIt(AccessPattern access)
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_oneHandle);
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Access = access });
        using MemoryLease lease = file.LeaseMemory(0, 10);
        using (var alone =
            new FileStream(sample.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) alone.WriteByte(
                SampleFile.At(0));
        using (FileStream writer = File.OpenWrite(sample.Path)) writer.WriteByte(SampleFile.At(0));
        Assert.Equal(1, ProcessView.Handles(sample.Path));
        SampleFile.AssertBytes(lease.Span, 0);
    }

    [Fact]
    public void AFileThatAnotherHasForItselfIsOpenedAndOpenedAgain()
    {
        using SampleFile sample = SampleFile.OfLength(Length), other = SampleFile.OfLength(Length);
        using var alone = new FileStream(sample.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        using var manager = new MapManager(s_oneHandle);
        using MappedFile file = manager.Open(sample.Path);
        using (MemoryLease lease = file.LeaseMemory(0, 10)) SampleFile.AssertBytes(lease.Span, 0);
        using MappedFile closer = manager.Open(other.Path);
        // Its handle was closed for the other file's.
        using (MemoryLease lease = file.LeaseMemory(200_000, 10)) SampleFile.AssertBytes(lease.Span, 200_000);
    }

    [Fact]
    public void AHandleIsNotLeftToChildren()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/bin/ls"), "Handles are listed in /proc.");
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path);
        var start = new System.Diagnostics.ProcessStartInfo("/bin/ls",
            ["-l", "/proc/self/fd"])
        { RedirectStandardOutput = true };
        using var child = System.Diagnostics.Process.Start(start)!;
        Assert.DoesNotContain(Path.GetFileName(sample.Path), child.StandardOutput.ReadToEnd());
        child.WaitForExit();
    }
}
