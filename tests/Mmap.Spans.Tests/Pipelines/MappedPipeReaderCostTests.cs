using System.IO.Pipelines;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>The cost of reading: allocations, copies, regions.</summary>
public sealed class MappedPipeReaderCostTests : LeakCheckedTest
{
    private const int Overlap = 256;

    [Fact]
    public async Task CopyingWritesTheRegionsThemselves()
    {
        PipeReader reader = OpenSample(3 * Granule + 50, Overlap).CreatePipeReader();
        var written = new RecordedParts();
        await reader.CopyToAsync(new RecordingWriter(written), TestContext.Current.CancellationToken);
        Assert.Equal(
            [(0, Granule + Overlap), (Granule + Overlap, Granule), (2 * Granule + Overlap, Granule - Overlap + 50)],
            written.Parts);
        reader.Complete();

        reader = OpenSample(3 * Granule + 50, Overlap).CreatePipeReader();
        var streamed = new RecordedParts();
        await reader.CopyToAsync(new RecordingStream(streamed), TestContext.Current.CancellationToken);
        Assert.Equal(written.Parts, streamed.Parts);
        reader.Complete();
    }

    [Fact]
    public void AReadAllocatesNothing()
    {
        PipeReader reader = OpenSample(2 * Granule, Overlap).CreatePipeReader();
        reader.AdvanceTo(reader.ReadNow().Buffer.GetPosition(1));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            ReadResult result = reader.ReadNow();
            reader.AdvanceTo(result.Buffer.GetPosition(1));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        reader.Complete();
    }

    [Fact]
    public void APassAllocatesLessThanAKibibyteAWindowViewsIncluded()
    {
        const int Windows = 200;
        MapManager manager =
            ManagerOf(new MapManagerOptions { WindowSize = Granule, Overlap = Overlap, MaxMappedBytes = Granule });
        MappedFile file =
            OpenSample(manager, Windows * (long)Granule, out _, new MappedFileOptions { Backing = Backing.Map });
        PassOver(file);

        long maps = manager.GetStatistics().Maps;
        long before = GC.GetAllocatedBytesForCurrentThread();
        PassOver(file);
        long perWindow = (GC.GetAllocatedBytesForCurrentThread() - before) / Windows;
        Assert.InRange(manager.GetStatistics().Maps - maps, Windows - 2, Windows);
        TestContext.Current.TestOutputHelper?.WriteLine($"{perWindow} bytes a window");
        Assert.InRange(perWindow, 1, 1023);
    }

    [Fact]
    public void OneRegionIsEnoughForShortRecords()
    {
        MapManager manager = ManagerOf(new MapManagerOptions
        {
            WindowSize = Granule,
            Overlap = Overlap,
            MaxRegions = 1,
            OverBudget = OverBudget.Fail,
        });
        PassOver(OpenSample(manager, 20 * Granule, out _));
    }

    /// <summary>Reads as a parser of records of 200 bytes does: to the last whole record, and then sees no
    /// more.</summary>
    private static void PassOver(MappedFile file)
    {
        PipeReader reader = file.CreatePipeReader();
        while (true)
        {
            ReadResult result = reader.ReadNow();
            Assert.True(result.Buffer.IsSingleSegment);
            if (result.IsCompleted) break;
            reader.AdvanceTo(result.Buffer.GetPosition(result.Buffer.Length / 200 * 200), result.Buffer.End);
        }

        reader.Complete();
    }
}
