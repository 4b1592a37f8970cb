using System.Text;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Change;

/// <summary>A log that grows while its records stay leased: each window is held and charged once.</summary>
public class GrowingLogTests
{
    private const int Mebibyte = 1 << 20, RecordBytes = 100;

    private static bool CanExtend => !OperatingSystem.IsWindows() && Environment.Is64BitProcess;

    [Theory]
    [InlineData(Backing.Auto, OverBudget.Exceed)]
    [InlineData(Backing.Map, OverBudget.Fail)]
    [InlineData(Backing.TruncationSafe, OverBudget.Fail)]
    public void AHundredRecordsOfALogOfFifteenMebibytesAreInOneWindow(Backing backing, OverBudget over)
    {
        Assert.SkipUnless(CanExtend, "Mappings past the end of a file are Unix's.");
        if (backing == Backing.TruncationSafe) GuardHere.OrSkip();
        Assert.SkipWhen(backing != Backing.Map
            && SampleFile.AreInMemory, "Files with holes on a tmpfs are not mapped.");
        using SampleFile sample = SampleFile.Sparse(15 * Mebibyte);
        using var manager = new MapManager(new MapManagerOptions
        {
            WindowSize = 16 * Mebibyte,
            MaxMappedBytes = 256 * Mebibyte,
            OverBudget = over,
        });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing });
        List<MemoryLease> leases = AppendAndLease(sample, file, 100);
        MapStatistics held = manager.GetStatistics();
        Assert.Equal((1L, 1, 16L * Mebibyte), (held.Maps, held.Regions, held.MappedBytes));
        if (OperatingSystem.IsLinux()) Assert.Equal(1, ProcessView.Mappings(sample.Path));
        CheckAndEnd(leases, 15 * Mebibyte);
        manager.Trim();
        Assert.Equal(0, manager.GetStatistics().MappedBytes);
    }

    /// <summary>Through many windows, from an empty file on, by every backing.</summary>
    [Theory]
    [InlineData(Backing.Auto)]
    [InlineData(Backing.Map)]
    [InlineData(Backing.TruncationSafe)]
    [InlineData(Backing.Copy)]
    public void AThousandRecordsFitABudgetOf256MebibytesThatRefuses(Backing backing)
    {
        const long Budget = 256 * Mebibyte;
        using SampleFile sample = SampleFile.Sparse(15 * Mebibyte);
        using var manager = new MapManager(new MapManagerOptions
        {
            WindowSize = 16 * Mebibyte,
            MaxMappedBytes = Budget,
            MaxCopiedBytes = Budget,
            OverBudget = OverBudget.Fail,
        });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing });
        List<MemoryLease> leases = AppendAndLease(sample, file, 1000);
        Assert.InRange(
            manager.GetStatistics().PeakMappedBytes + manager.GetStatistics().CopiedBytes, RecordBytes, 64 * Mebibyte);
        CheckAndEnd(leases, 15 * Mebibyte);
    }

    [Theory]
    [InlineData(Backing.Map)]
    [InlineData(Backing.Copy)]
    public void AShortLogGrowsThroughManyWindows(Backing backing)
    {
        const int Windows = 4, Window = 1 << 16;
        using SampleFile sample = SampleFile.Sparse(0);
        using var manager = new MapManager(new MapManagerOptions
        {
            WindowSize = Window,
            MaxMappedBytes = 8 * Window,
            MaxCopiedBytes = 100 * Window,
        });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing });
        List<MemoryLease> leases = AppendAndLease(sample, file, Windows * Window / RecordBytes);
        MapStatistics held = manager.GetStatistics();
        // A record that crosses into the overlap is one window's more.
        if (backing == Backing.Map && CanExtend)
            Assert.InRange(held.MappedBytes, Windows * Window, (Windows + 1) * Window);
        else Assert.InRange(held.CopiedBytes + held.MappedBytes, 1, 2 * Windows * Window);
        CheckAndEnd(leases, 0);
    }

    [Fact]
    public void AWindowThatWasLoadedBeforeTheFirstGrowthIsLoadedOnceMore()
    {
        Assert.SkipUnless(CanExtend, "Mappings past the end of a file are Unix's.");
        using SampleFile sample = SampleFile.OfLength(300_000);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = Mebibyte, Overlap = 0 });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        using MemoryLease before = file.LeaseMemory(299_900, 100);
        var leases = new List<MemoryLease>();
        for (int length = 310_000; length <= 700_000; length += 10_000)
        {
            sample.GrowTo(length);
            Assert.Equal(FileChange.Grown, file.Refresh());
            leases.Add(file.LeaseMemory(length - 100, 100));
            using SpanLease tail = file.LeaseSpanUpTo(length - 50, 1000);
            Assert.Equal(50, tail.Length);
            SampleFile.AssertBytes(tail.Span, length - 50);
            Assert.Throws<ArgumentOutOfRangeException>(() => file.LeaseSpan(length, 1).Dispose());
        }

        MapStatistics held = manager.GetStatistics();
        Assert.Equal((2L, 300_000L + Mebibyte), (held.Maps, held.MappedBytes));
        SampleFile.AssertBytes(before.Span, 299_900);
        foreach (MemoryLease lease in leases)
        {
            SampleFile.AssertBytes(lease.Span, lease.Offset);
            lease.Dispose();
        }
    }

    /// <summary>Windows as long as the file, of which no budget holds 2 GiB.</summary>
    [Fact]
    public void ALogThatIsOneWindowDoublesItsRoom()
    {
        Assert.SkipUnless(CanExtend, "Mappings past the end of a file are Unix's.");
        using SampleFile sample = SampleFile.Sparse(15 * Mebibyte);
        using var manager = new MapManager(new MapManagerOptions
        {
            WindowSize = MapManagerOptions.WholeFile,
            Overlap = 0,
            MaxMappedBytes = 64 * Mebibyte,
            OverBudget = OverBudget.Fail,
        });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        List<MemoryLease> leases = AppendAndLease(sample, file, 200);
        Assert.Equal((1L, 16L * Mebibyte), (manager.GetStatistics().Maps, manager.GetStatistics().MappedBytes));
        CheckAndEnd(leases, 15 * Mebibyte);
    }

    [Theory]
    [InlineData(Backing.Map)]
    [InlineData(Backing.TruncationSafe)]
    public void ALogThatIsCutAndGrowsAgainShowsItsNewBytes(Backing backing)
    {
        using SampleFile sample = SampleFile.OfLength(100_000);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = Mebibyte });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing });
        for (int round = 1; round <= 3; round++)
        {
            sample.GrowTo(100_000 * round + 50_000);
            Assert.Equal(FileChange.Grown, file.Refresh());
            using (SpanLease lease = file.LeaseSpan(90_000, 50_000)) SampleFile.AssertBytes(lease.Span, 90_000);

            // First no refresh happens while the file is short; then one does.
            sample.TruncateTo(10_000);
            if (round == 2) Assert.Equal(FileChange.Shrunk, file.Refresh());
            sample.GrowTo(100_000 * round + 60_000);
            Assert.Equal(FileChange.Grown, file.Refresh());
            using MemoryLease all = file.LeaseMemory(0, (int)file.Length);
            SampleFile.AssertBytes(all.Span, 0);
        }
    }

    /// <summary>Zeroes stand where bytes were lost, to the end of the mapping: it must not show more of them.</summary>
    [Fact]
    public void AMappingThatLostBytesIsNotExtended()
    {
        GuardHere.OrSkip();
        using SampleFile sample = SampleFile.OfLength(100_000);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = Mebibyte });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.TruncationSafe });
        sample.GrowTo(200_000);
        Assert.Equal(FileChange.Grown, file.Refresh());
        MemoryLease held = file.LeaseMemory(0, 200_000);
        sample.TruncateTo(50_000);
        Assert.Equal(0, held.Span[199_999]);
        sample.GrowTo(300_000);
        Assert.Equal(FileChange.Grown, file.Refresh());
        using (MemoryLease now = file.LeaseMemory(150_000, 150_000)) SampleFile.AssertBytes(now.Span, 150_000);
        Assert.Throws<FileChangedException>(held.Dispose);
    }

    /// <summary>A window of copies cannot follow the file; frequently read bytes are loaded all the same.</summary>
    [Fact]
    public void OfCopiesTheLastWindowIsLoadedWhenEnoughOfItWasLeased()
    {
        using SampleFile sample = SampleFile.OfLength(Mebibyte);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = 2 * Mebibyte });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Copy });
        sample.GrowTo(Mebibyte + 100);
        Assert.Equal(FileChange.Grown, file.Refresh());
        using (MemoryLease record = file.LeaseMemory(Mebibyte, 100))
        {
            SampleFile.AssertBytes(record.Span, Mebibyte);
            Assert.Equal(100, manager.GetStatistics().CopiedBytes);
        }

        for (int record = 0; record < 1000; record++)
        {
            using SpanLease lease = file.LeaseSpan(record * RecordBytes, RecordBytes);
            SampleFile.AssertBytes(lease.Span, record * RecordBytes);
        }

        Assert.Equal(Mebibyte + 100, manager.GetStatistics().CopiedBytes);
        Assert.InRange(manager.GetStatistics().Maps, 2, 100);
    }

    private static List<MemoryLease> AppendAndLease(SampleFile sample, MappedFile file, int records)
    {
        using var log =
            new FileStream(sample.Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 1);
        var leases = new List<MemoryLease>();
        for (int record = 0; record < records; record++)
        {
            log.Write(Record(record));
            log.Flush();
            Assert.Equal(FileChange.Grown, file.Refresh());
            leases.Add(file.LeaseMemory(file.Length - RecordBytes, RecordBytes));
        }

        return leases;
    }

    private static void CheckAndEnd(List<MemoryLease> leases, long start)
    {
        for (int record = 0; record < leases.Count; record++)
        {
            Assert.Equal(start + record * RecordBytes, leases[record].Offset);
            Assert.True(leases[record].Span.SequenceEqual(Record(record)), $"Record {record} is another's.");
            leases[record].Dispose();
        }
    }

    private static byte[] Record(int number) => Encoding.ASCII.GetBytes($"record {number}".PadRight(RecordBytes, '.'));
}
