using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests;

public class SpanReaderTests
{
    private const int Step = StampedFile.Step;

    [Fact]
    public void AReaderGivesTheSameBytesAsTheFileWhateverIsInMemory()
    {
        using MapManager manager = StampedFile.Manager(2);
        using var file = new StampedFile(manager, 4, overlap: 512);
        SpanReader reader = file.File.CreateReader();
        for (int turn = 0; turn < 2; turn++)
        {
            for (int offset = 0; offset < 4 * Step; offset += 1016)
            {
                foreach (int length in (int[])[8, 512, Step + 520])
                {
                    if (offset + length > 4 * Step) continue;
                    using SpanLease lease = reader.LeaseSpan(offset, length);
                    Assert.Equal(length, lease.Span.Length);
                    file.Backing.Check(lease.Span, offset);
                }
            }
        }
    }

    [Fact]
    public void ADefaultReaderIsOfNoFile()
    {
        Assert.Throws<InvalidOperationException>(() => default(SpanReader).LeaseSpan(0, 8).Dispose());
    }

    [Fact]
    public void TheLeasesOfAReaderPinUntilTheyEndAndTheReaderItselfPinsNothing()
    {
        using MapManager manager = StampedFile.Manager(8);
        using var file = new StampedFile(manager, 4);
        file.Use(0, 1);
        SpanReader reader = file.File.CreateReader();
        Assert.Equal(2, manager.Trim());

        SpanLease lease = reader.LeaseSpan(8, 8);
        Assert.Equal(0, manager.Trim());
        file.Backing.Check(lease.Span, 8);
        lease.Dispose();
        lease.Dispose();
        Assert.Equal(1, manager.Trim());
    }

    [Fact]
    public void MoreLeasesThanSlotsFromSeveralReadersAndTheFileItselfEndInAnyOrder()
    {
        using MapManager manager = StampedFile.Manager(8);
        using var file = new StampedFile(manager, 4);
        using var other = new StampedFile(manager, 4, number: 2);
        Nest(file, other, file.File.CreateReader(), other.File.CreateReader(), 2 * HazardBlock.Slots);
        Assert.Equal(2, manager.Trim());
        AtRest.AssertNothingCharged(manager.Table);
    }

    [Fact]
    public void AfterTheEndOfTheFileAReaderRefusesAndItsLeasesStay()
    {
        using MapManager manager = StampedFile.Manager(8);
        using var file = new StampedFile(manager, 4);
        SpanReader reader = file.File.CreateReader();
        using SpanLease lease = reader.LeaseSpan(0, 8);
        file.File.Dispose();
        bool refused = false;
        try
        {
            reader.LeaseSpan(0, 8).Dispose();
        }
        catch (ObjectDisposedException)
        {
            refused = true;
        }

        Assert.True(refused);
        file.Backing.Check(lease.Span, 0);
        Assert.Throws<ObjectDisposedException>(() => file.File.CreateReader().LeaseSpan(0, 8).Dispose());
    }

    [Fact]
    public void AReaderSeesWhatARefreshHasSeen()
    {
        using SampleFile sample = SampleFile.OfLength(100);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path);
        SpanReader reader = file.CreateReader();
        reader.LeaseSpan(0, 100).Dispose();
        sample.GrowTo(200);
        file.Refresh();
        using SpanLease lease = reader.LeaseSpan(90, 110);
        SampleFile.AssertBytes(lease.Span, 90);
    }

    [Fact]
    public void UnderVerifyEachLeaseOfAReaderAsksTheFile()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a mapped file be truncated.");
        using SampleFile sample = SampleFile.OfLength(100_000);
        using var manager = new MapManager();
        using MappedFile file =
            manager.Open(sample.Path, new MappedFileOptions { Verify = true, Backing = Backing.Map });
        SpanReader reader = file.CreateReader();
        reader.LeaseSpan(90_000, 8).Dispose();
        sample.TruncateTo(50_000);
        bool changed = false;
        try
        {
            reader.LeaseSpan(90_000, 8).Dispose();
        }
        catch (FileChangedException)
        {
            changed = true;
        }

        Assert.True(changed);
    }

    [Fact]
    public void UnderGuardEachLeaseOfAReaderHasARegionOfItsOwn()
    {
        using SampleFile sample = SampleFile.OfLength(100_000);
        using var manager = new MapManager(new MapManagerOptions { GuardLeases = true });
        using MappedFile file = manager.Open(sample.Path);
        SpanReader reader = file.CreateReader();
        using SpanLease first = reader.LeaseSpan(10, 50);
        using SpanLease second = reader.LeaseSpan(10, 50);
        SampleFile.AssertBytes(first.Span, 10);
        Assert.False(first.Span == second.Span);
    }

    [Fact]
    public void AHitThroughAReaderAllocatesNothing()
    {
        using MapManager manager = StampedFile.Manager(8);
        using var file = new StampedFile(manager, 4);
        SpanReader reader = file.File.CreateReader();
        reader.LeaseSpan(0, 8).Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int offset = 0; offset < Step; offset += 8) reader.LeaseSpan(offset, 8).Dispose();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Nest(StampedFile file, StampedFile other, SpanReader reader, SpanReader otherReader, int depth)
    {
        long offset = 8 * depth;
        StampedFile of = depth % 3 == 1 ? other : file;
        using SpanLease lease = (depth % 3) switch
        {
            0 => reader.LeaseSpan(offset, 8),
            1 => otherReader.LeaseSpan(offset, 8),
            _ => file.File.LeaseSpan(offset, 8),
        };
        of.Backing.Check(lease.Span, offset);
        if (depth > 0) Nest(file, other, reader, otherReader, depth - 1);
        of.Backing.Check(lease.Span, offset);
    }
}
