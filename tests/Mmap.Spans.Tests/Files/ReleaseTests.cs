using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Files;

/// <summary>If a release reports that nothing is held, the system agrees.</summary>
public class ReleaseTests
{
    private const int Length = 300_000;

    private static readonly MapManagerOptions s_options = new() { WindowSize = 64 << 10, Overlap = 4096 };

    [Fact]
    public void AReleasedFolderIsHeldByNothingAndItsFilesWorkOn()
    {
        using var folder = new TemporaryFolder();
        using var manager = new MapManager(s_options);
        var files = new List<MappedFile>();
        for (int i = 0; i < 3; i++)
        {
            File.WriteAllBytes(folder[$"{i}"], SampleFile.Bytes(0, Length));
            files.Add(manager.Open(folder[$"{i}"],
                new MappedFileOptions { Backing = i == 2 ? Backing.Copy : Backing.Map }));
            files[i].LeaseSequence(0, Length).Dispose();
        }

        Assert.Equal(10, ProcessView.Mappings(folder.Path));
        Assert.Equal(3, ProcessView.Handles(folder.Path));
        ReleaseReport report = manager.Release(folder.Path);
        Assert.Equal((15, 3), (report.RegionsDropped, report.HandlesClosed));
        Assert.Empty(report.Held);
        Assert.Equal(0, ProcessView.Mappings(folder.Path));
        Assert.Equal(0, ProcessView.Handles(folder.Path));
        Assert.True(manager.GetStatistics() is
        {
            Regions: 0, MappedBytes: 0, CopiedBytes: 0, OpenHandles: 0,
            OpenFiles: 3
        });

        foreach (MappedFile file in files)
        {
            using MemoryLease lease = file.LeaseMemory(100_000, 1000);
            SampleFile.AssertBytes(lease.Span, 100_000);
        }
    }

    [Fact]
    public void WhatLeasesHoldIsNamedWithTheirNumberAndGoesWithTheLast()
    {
        using SampleFile held = SampleFile.OfLength(Length), free = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_options);
        using MappedFile a = manager.Open(held.Path), b = manager.Open(free.Path);
        var leases =
            new List<MemoryLease> { a.LeaseMemory(0, 10), a.LeaseMemory(20, 10), a.LeaseMemory(100_000, 10),
                a.LeaseMemory(0, 200_000) };
        using WindowCursor cursor = a.CreateCursor();
        cursor.MoveTo(200_000);
        b.LeaseMemory(0, 10).Dispose();

        ReleaseReport report = manager.Release(Path.GetDirectoryName(held.Path)!);
        HeldFile only = Assert.Single(report.Held);
        Assert.Equal((held.Path, 5), (only.Path, only.LiveLeases));
        Assert.Equal(4, ProcessView.Mappings(held.Path));
        Assert.Equal(0, ProcessView.Mappings(free.Path));
        foreach (MemoryLease lease in leases)
        {
            SampleFile.AssertBytes(lease.Span, lease.Offset);
            lease.Dispose();
        }

        Assert.Equal(1, Assert.Single(manager.Release(held.Path).Held).LiveLeases);
        cursor.Release();
        Assert.Equal(0, ProcessView.Mappings(held.Path));
        Assert.Empty(manager.Release(held.Path).Held);
        Assert.Equal(0, ProcessView.Handles(held.Path));
    }

    [Fact]
    public void ASpanLeaseHoldsItsRegionThroughARelease()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_options);
        using MappedFile file = manager.Open(sample.Path);
        using (SpanLease lease = file.LeaseSpan(10, 100))
        {
            Assert.Equal(1, Assert.Single(manager.Release(sample.Path).Held).LiveLeases);
            SampleFile.AssertBytes(lease.Span, 10);
        }

        Assert.Equal(0, ProcessView.Mappings(sample.Path));
        Assert.Empty(manager.Release(sample.Path).Held);
    }

    [Fact]
    public void LeasesOfAClosedFileAreNamedToo()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_options);
        MappedFile file = manager.Open(sample.Path);
        MemoryLease lease = file.LeaseMemory(0, 10);
        file.Dispose();
        Assert.Equal(0, ProcessView.Handles(sample.Path));
        Assert.Equal(new HeldFile(sample.Path, 1), Assert.Single(manager.Release(sample.Path).Held));
        lease.Dispose();
        Assert.Equal(0, ProcessView.Mappings(sample.Path));
        Assert.Empty(manager.Release(sample.Path).Held);
    }

    [Fact]
    public void AFileIsReleasedByAnyNameItWasOpenedBy()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need privileges there.");
        using var folder = new TemporaryFolder();
        using SampleFile sample = SampleFile.OfLength(Length);
        File.CreateSymbolicLink(folder["link"], sample.Path);
        using var manager = new MapManager(s_options);
        using MappedFile file = manager.Open(sample.Path), byLink = manager.Open(folder["link"]);
        file.LeaseMemory(0, 10).Dispose();
        Assert.Equal(1, manager.Release(folder.Path).RegionsDropped);
        Assert.Equal(0, ProcessView.Mappings(sample.Path));
        Assert.Equal(0, ProcessView.Handles(sample.Path));
    }

    [Fact]
    public void APathMeansThatFileOrWhatIsBelowThatFolder()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["logs"]);
        string[] paths = [folder["log"], folder["log.1"], Path.Combine(folder["logs"], "a"), folder["logs.txt"]];
        using var manager = new MapManager(s_options);
        var files = new List<MappedFile>();
        foreach (string path in paths)
        {
            File.WriteAllBytes(path, SampleFile.Bytes(0, Length));
            files.Add(manager.Open(path));
            files[^1].LeaseMemory(0, 10).Dispose();
        }

        Assert.Equal((0, 0), Dropped(folder["lo"]));
        Assert.Equal((1, 1), Dropped(folder["log"]));
        Assert.Equal(3, manager.GetStatistics().OpenHandles);
        Assert.Equal((1, 1), Dropped(folder["logs"]));
        Assert.Equal(0, ProcessView.Handles(folder["logs"] + Path.DirectorySeparatorChar));
        Assert.Equal(2, manager.GetStatistics().OpenHandles);
        Assert.Equal((1, 1), Dropped(folder["log.1"] + Path.DirectorySeparatorChar));
        Assert.Equal((1, 1), Dropped(Path.GetPathRoot(folder.Path)!));
        files.ForEach(file => file.Dispose());

        (int, int) Dropped(string path) => manager.Release(path) is { Held.Count: 0 } now
            ? (now.RegionsDropped, now.HandlesClosed)
            : (-1, -1);
    }

    [Fact]
    public void WhatACloserLeftBehindIsFoundByWholeComponentsToo()
    {
        using var folder = new TemporaryFolder();
        using var manager = new MapManager(s_options);
        File.WriteAllBytes(folder["log.1"], SampleFile.Bytes(0, Length));
        MappedFile file = manager.Open(folder["log.1"]);
        using MemoryLease lease = file.LeaseMemory(0, 10);
        file.Dispose();
        Assert.Empty(manager.Release(folder["log"]).Held);
        Assert.Equal(
            $"0 regions dropped, 0 handles closed; still held: '{folder["log.1"]}' by 1 lease",
            manager.Release(folder.Path).ToString());
    }

    [Fact]
    public void WhatHoldsAFileIsNamedByWhicheverNameItIsReleased()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need privileges there.");
        using var folder = new TemporaryFolder();
        using SampleFile sample = SampleFile.OfLength(Length);
        File.CreateSymbolicLink(folder["link"], sample.Path);
        using var manager = new MapManager(s_options);
        using MappedFile file = manager.Open(sample.Path), byLink = manager.Open(folder["link"]);
        using MemoryLease lease = byLink.LeaseMemory(0, 10);
        Assert.Equal(new HeldFile(sample.Path, 1), Assert.Single(manager.Release(folder.Path).Held));
    }

    [Fact]
    public void AHandleThatAUserLentIsReportedAsHeld()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_options);
        using SafeFileHandle handle = File.OpenHandle(sample.Path);
        using MappedFile byHandle = manager.Open(handle), byPath = manager.Open(sample.Path);
        ReleaseReport report = manager.Release(sample.Path);
        Assert.Equal((0, 0), (report.HandlesClosed, Assert.Single(report.Held).LiveLeases));
        Assert.False(handle.IsClosed);
    }

    [Fact]
    public void WhatTheSystemRefusesToUnmapIsReportedAsHeldByNoLeaseAndGoesWithTheNextRelease()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        var plan = new FaultPlan(1) { FaultsPerThousand = 0 };
        using var manager = new MapManager(s_options) { WrapBacking = plan.Wrap };
        using MappedFile file = manager.Open(sample.Path);
        file.LeaseMemory(0, 10).Dispose();
        file.LeaseMemory(200_000, 10).Dispose();
        // One is refused when it is evicted for lack of room, the other by the release itself.
        plan.FaultsPerThousand = 1000;
        Assert.Equal(0, manager.Trim());
        ReleaseReport report = manager.Release(sample.Path);
        Assert.Equal((0, 1), (report.RegionsDropped, report.HandlesClosed));
        Assert.Equal(new HeldFile(sample.Path, 0), Assert.Single(report.Held));
        Assert.Equal(2, ProcessView.Mappings(sample.Path));

        plan.FaultsPerThousand = 0;
        Assert.Empty(manager.Release(sample.Path).Held);
        Assert.Equal(0, ProcessView.Mappings(sample.Path));
        Assert.True(manager.GetStatistics() is { Regions: 0, MappedBytes: 0 });
    }

    [Fact]
    public void ADisposedFileLeavesNothingBehind()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager(s_options);
        MappedFile first = manager.Open(sample.Path), second = manager.Open(sample.Path);
        MemoryLease lease = first.LeaseMemory(0, 10);
        second.LeaseSequence(0, Length).Dispose();
        first.Dispose();
        Assert.Equal(5, ProcessView.Mappings(sample.Path));
        second.Dispose();
        Assert.Equal(1, ProcessView.Mappings(sample.Path));
        Assert.Equal(0, ProcessView.Handles(sample.Path));
        SampleFile.AssertBytes(lease.Span, 0);
        lease.Dispose();
        Assert.Equal(0, ProcessView.Mappings(sample.Path));
    }

    [Fact]
    public void ADisposedManagerLeavesNothingButItsLeases()
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        var manager = new MapManager(s_options);
        MappedFile file = manager.Open(sample.Path);
        file.LeaseSequence(0, Length).Dispose();
        MemoryLease lease = file.LeaseMemory(0, 10), exact = file.LeaseMemory(0, 200_000);
        manager.Dispose();
        manager.Dispose();
        Assert.Equal(0, ProcessView.Handles(sample.Path));
        Assert.Equal(2, ProcessView.Mappings(sample.Path));
        SampleFile.AssertBytes(lease.Span, 0);
        SampleFile.AssertBytes(exact.Span, 0);
        lease.Dispose();
        exact.Dispose();
        file.Dispose();
        Assert.Equal(0, ProcessView.Mappings(sample.Path));
    }
}
