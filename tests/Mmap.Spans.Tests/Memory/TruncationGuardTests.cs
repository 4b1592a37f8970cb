using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Memory;

/// <summary>
/// The truncation guard by itself. Its purpose is tested in child processes, because it may end them.
/// </summary>
public class TruncationGuardTests
{
    /// <summary>Elsewhere the tests of the guard are skipped; here none may be.</summary>
    [Fact]
    public void ThereIsAGuardOnLinuxOnX64()
    {
        bool isThere = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;
        Assert.SkipUnless(isThere, "The guard is for Linux on x64.");
        Assert.NotNull(TruncationGuard.Table);
    }

    [Fact]
    public void EveryWayToTouchLostBytesReadsZeroesAndIsTold()
    {
        GuardHere.OrSkip();
        using var folder = new TemporaryFolder();
        Dictionary<string, long> numbers = ChildProcess.Run("", "guard-touches", folder["file"]);
        Assert.Equal(9, numbers["ways"]);
        Assert.Equal(9, numbers["faults"]);
    }

    [Fact]
    public void FourThreadsThatFaultInOnePageAtOnceReadZeroes()
    {
        GuardHere.OrSkip();
        using var folder = new TemporaryFolder();
        Dictionary<string, long> numbers = ChildProcess.Run("", "guard-touches-together", folder["file"], "300");
        Assert.InRange(numbers["faults"], 300, 1200);
        Assert.Equal(0, numbers["wrong"]);
        Assert.Equal(0, numbers["mappings"]);
    }

    [Theory]
    [InlineData("bus-managed", 134)]
    [InlineData("bus-native", 135)]
    [InlineData("segment", 134)]
    [InlineData("null", 0)]
    [InlineData("raise", 0)]
    [InlineData("child", 0)]
    public void AForeignFaultEndsAsWithoutTheGuard(string kind, int expected)
    {
        GuardHere.OrSkip();
        (int code, string error) = MeetForeignFault(kind, "guard");
        (int codeWithout, string errorWithout) = MeetForeignFault(kind, "none");
        Assert.Equal(expected, codeWithout);
        Assert.Equal(codeWithout, code);
        Assert.Equal(errorWithout, error);
        Assert.DoesNotContain("Stack overflow", error);
    }

    [Fact]
    public void ATwinThatAsksForTheAlternateStackIsToldByTheRuntimesWords()
    {
        GuardHere.OrSkip();
        Assert.Contains("Stack overflow", MeetForeignFault("bus-managed", "on-stack").Error);
    }

    [Fact]
    public void WithoutFilesInMemoryThereAreCopiesAndOneWarning()
    {
        GuardHere.OrSkip();
        using var folder = new TemporaryFolder();
        ChildProcess.Run("", "guard-without-memory-files", folder["file"]);
    }

    [Fact]
    public void EveryKindOfLeaseShowsZeroesForLostBytesAndSaysSo()
    {
        GuardHere.OrSkip();
        using var folder = new TemporaryFolder();
        Dictionary<string, long> numbers = ChildProcess.Run("", "guard-leases", folder["file"]);
        Assert.Equal(135, numbers["cases"]);
        Assert.InRange(numbers["unreadable"], 135, 2000);
        Assert.Equal(0, numbers["mappings"]);
    }

    [Fact]
    public void ListenersStatisticsAndTheDumpTellOfUnreadableBytes()
    {
        GuardHere.OrSkip();
        using var folder = new TemporaryFolder();
        ChildProcess.Run("", "guard-listeners", folder["file"]);
    }

    [Fact]
    public void OnlyWhoAsksForItIsWatched()
    {
        GuardHere.OrSkip();
        using SampleFile sample = SampleFile.OfLength(300_000);
        using var manager = new MapManager();
        foreach (Backing backing in Enum.GetValues<Backing>())
        {
            using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing });
            using MemoryLease lease = file.LeaseMemory(0, 10);
            RegionMemory memory = Assert.Single(file.Directory.Snapshot()).Memory;
            Assert.Equal(backing == Backing.TruncationSafe, memory.Watch is not null);
            Assert.Equal(backing == Backing.Copy, memory.IsCopy);
            lease.ThrowIfUnreadable();
        }
    }

    [Fact]
    public void UnderGuardOfLeasesThereAreCopies()
    {
        using SampleFile sample = SampleFile.OfLength(300_000);
        using var manager = new MapManager(new MapManagerOptions { GuardLeases = true });
        var options = new MappedFileOptions { Backing = Backing.TruncationSafe };
        using MappedFile file = manager.Open(sample.Path, options);
        using MemoryLease lease = file.LeaseMemory(100, 1000);
        sample.TruncateTo(0);
        SampleFile.AssertBytes(lease.Span, 100);
        MapStatistics now = manager.GetStatistics();
        Assert.True(now is { CopiedBytes: 1000, MappedBytes: 0 }, $"{now}");
    }

    [Fact]
    public void AnEndedLeaseCannotBeAsked()
    {
        using SampleFile sample = SampleFile.OfLength(300_000);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.TruncationSafe });
        MemoryLease memory = file.LeaseMemory(0, 10);
        SequenceLease sequence = file.LeaseSequence(0, 10);
        WindowCursor cursor = file.CreateCursor();
        cursor.ThrowIfUnreadable();
        foreach (IDisposable one in (IDisposable[])[memory, sequence, cursor]) one.Dispose();
        Assert.Throws<ObjectDisposedException>(memory.ThrowIfUnreadable);
        Assert.Throws<ObjectDisposedException>(sequence.ThrowIfUnreadable);
        Assert.Throws<ObjectDisposedException>(cursor.ThrowIfUnreadable);
        Assert.Throws<ObjectDisposedException>(() =>
        {
            SpanLease span = file.LeaseSpan(0, 10);
            span.Dispose();
            span.ThrowIfUnreadable();
        });
    }

    [Fact]
    public void AWatchedMappingCountsAsTwo()
    {
        GuardHere.OrSkip();
        using SampleFile sample = SampleFile.OfLength(300_000);
        using var source = new OneHandle(sample.Path);
        var backing = new TruncationSafeBacking(source, int.MaxValue, Assert.Fail, new PagePool(long.MaxValue));
        // Other tests map files at the same time, so the count is at least these.
        List<RegionMemory> loaded = [.. Enumerable.Range(0, 500).Select(_ => backing.Load(4096, 4096))];
        Assert.InRange(NativeRegions.Mappings, 1000, long.MaxValue);
        Assert.All(loaded, memory => Assert.True(backing.TryUnload(memory)));
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void AnEntryIsUsedAgainAndTheOneBeforeKeepsWhatItKnew()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The table is for Linux's handler.");
        // No handler knows it, so the addresses may be made up.
        GuardTable table = GuardTable.Make(2);
        WatchedMapping first = WatchPage(1)!, second = WatchPage(2)!;
        Assert.Null(WatchPage(3));
        first.End();
        first.End();
        WatchedMapping third = WatchPage(3)!;
        Assert.Null(WatchPage(4));
        Assert.All([first, second, third], mapping => Assert.Equal(nint.MaxValue, mapping.UnreadableFrom));
        table.Free();

        WatchedMapping? WatchPage(int page) => table.TryWatch(new PageRange(page << 16, 4096));
    }

    private static (int Code, string Error) MeetForeignFault(string kind, string guard)
    {
        using var folder = new TemporaryFolder();
        using ChildProcess child = ChildProcess.Start("", "guard-foreign-fault", folder["file"], kind, guard);
        (int code, string output, string error) = child.End();
        Assert.Contains("touching=1", output);
        return (code, error);
    }
}
