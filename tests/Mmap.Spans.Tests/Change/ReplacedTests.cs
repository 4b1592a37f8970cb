using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Change;

/// <summary>A file whose name now belongs to another one is still followed.</summary>
public class ReplacedTests
{
    private const int Length = 200_000;

    [Theory]
    [InlineData(Backing.Map)]
    [InlineData(Backing.Copy)]
    public void WhatIsStillWrittenToItIsSeenBeforeItCountsAsReplaced(Backing backing)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let an open file be replaced by rename.");
        using var folder = new TemporaryFolder();
        string log = folder["log"], old = folder["log.1"];
        File.WriteAllBytes(log, SampleFile.Bytes(0, 1000));
        using var manager = new MapManager();
        using MappedFile file = manager.Open(log, new MappedFileOptions { Backing = backing });

        File.Move(log, old);
        Append(1000, 22);
        Assert.Equal(FileChange.Grown, file.Refresh());
        Assert.Equal(FileChange.Unchanged, file.Refresh());
        File.WriteAllText(log, "another");
        Append(1022, 6);
        Assert.Equal((FileChange.Grown, 1028L), (file.Refresh(), file.Length));
        Assert.Equal((FileChange.Replaced, FileChange.Replaced), (file.Refresh(), file.Refresh()));
        Append(1028, 5);
        Assert.Equal((FileChange.Grown, 1033L), (file.Refresh(), file.Length));
        Assert.Equal(FileChange.Replaced, file.Refresh());
        using MemoryLease all = file.LeaseMemory(0, 1033);
        SampleFile.AssertBytes(all.Span, 0);

        void Append(long offset, int count)
        {
            using FileStream stream = new(old, FileMode.Append);
            stream.Write(SampleFile.Bytes(offset, count));
        }
    }

    [Fact]
    public void WithoutAHandleItIsReplacedWithTheLengthLastKnown()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Wine keeps the names of files that were mapped.");
        using var folder = new TemporaryFolder();
        using SampleFile sample = SampleFile.OfLength(Length), other = SampleFile.OfLength(Length);
        using var events = new EventLog(sample.Path);
        using var manager = new MapManager(new MapManagerOptions { MaxOpenHandles = 1 });
        using MappedFile file = manager.Open(sample.Path), closer = manager.Open(other.Path);
        File.Delete(sample.Path);
        File.WriteAllText(sample.Path, "another");
        Assert.Equal((FileChange.Replaced, FileChange.Replaced), (file.Refresh(), file.Refresh()));
        Assert.Equal(Length, file.Length);
        // The length was never seen, so no event reports it.
        Assert.All(events.Seen, told => Assert.EndsWith("is another file now.", (string)told.Payload["what"]!));
        Assert.Equal(["FileChanged", "FileChanged"], events.Names);
    }
}
