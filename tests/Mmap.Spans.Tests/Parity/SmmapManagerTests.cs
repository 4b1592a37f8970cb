using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Parity;

/// <summary>smmap's two managers: what they map, count, drop and report.</summary>
public sealed class SmmapManagerTests : SmmapParity
{
    [Fact]
    public void SlidingWindowMapManager_MakesRegionsOfTheWindowSize()
    {
        using MappedFile file = Sliding.Open(Sample.Path, new() { Backing = Backing.Map });
        using MemoryLease lease = file.LeaseMemory(Window + 10, 10);
        // The overlap is the next window's.
        Assert.Equal(Window, Sliding.GetStatistics().MappedBytes);
    }

    [Fact]
    public void StaticWindowMapManager_MakesOneRegionOfTheWholeFile()
    {
        using MappedFile file = Static.Open(Sample.Path, new() { Backing = Backing.Map });
        using MemoryLease first = file.LeaseMemory(0, 10), last = file.LeaseMemory(Sample.Length - 10, 10);
        Assert.Equal(Sample.Length, Static.GetStatistics().MappedBytes);
        Assert.Equal(1, Static.GetStatistics().Regions);
        SampleFile.AssertBytes(last.Span, Sample.Length - 10);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void make_cursor_GivesACursorOnThePathOrTheHandleThatShowsNothingYet(bool whole, bool byHandle)
    {
        MapManager manager = whole ? Static : Sliding;
        using SafeFileHandle handle = File.OpenHandle(Sample.Path);
        using MappedFile file = byHandle ? manager.Open(handle) : manager.Open(Sample.Path);
        using WindowCursor cursor = file.CreateCursor(), second = file.CreateCursor();
        Assert.Same(file, cursor.File);
        Assert.False(cursor.IsValid);
        Assert.Equal(0, manager.GetStatistics().Maps);
        Assert.True(cursor.MoveTo(10, 10));
        Assert.True(second.MoveTo(15, 10));
        Assert.Equal(1, manager.GetStatistics().Maps);
        SampleFile.AssertBytes(second.Span, 15);
    }

    [Fact]
    public void make_cursor_OfAMissingPathFailsAtOpen() =>
        Assert.Throws<FileNotFoundException>(() => Sliding.Open(SampleFile.NewPath()));

    [Fact]
    public void collect_DropsEveryIdleRegionAndSaysHowMany()
    {
        Assert.Equal(0, Sliding.Trim());
        using MappedFile file = Sliding.Open(Sample.Path);
        using MemoryLease used = file.LeaseMemory(0, 10);
        file.LeaseMemory(2L * Window, 10).Dispose();
        file.LeaseMemory(3L * Window, 10).Dispose();
        Assert.Equal(2, Sliding.Trim());
        Assert.Equal(1, Sliding.GetStatistics().Regions);
        Assert.Equal(0, Sliding.Trim());
        SampleFile.AssertBytes(used.Span, 0);
    }

    [Fact]
    public void num_file_handles_max_file_handles_num_open_files_CountWhatIsOpen()
    {
        Assert.True(Sliding.Options.MaxOpenHandles > 0);
        Assert.Equal((0, 0), (Sliding.GetStatistics().OpenHandles, Sliding.GetStatistics().OpenFiles));
        using SampleFile other = SampleFile.OfLength(100);
        using (MappedFile first = Sliding.Open(Sample.Path), again = Sliding.Open(Sample.Path), second = Sliding.Open(other.Path))
            Assert.Equal((2, 2), (Sliding.GetStatistics().OpenHandles, Sliding.GetStatistics().OpenFiles));
        Assert.Equal((0, 0), (Sliding.GetStatistics().OpenHandles, Sliding.GetStatistics().OpenFiles));
    }

    [Fact]
    public void mapped_memory_size_max_mapped_memory_size_CountBytes()
    {
        Assert.True(Sliding.Options.MaxMappedBytes > 0);
        Assert.Equal(0, Sliding.GetStatistics().MappedBytes);
        using MappedFile file = Sliding.Open(Sample.Path, new() { Backing = Backing.Map });
        file.LeaseMemory(5L * Window, 100).Dispose();
        Assert.Equal(100, Sliding.GetStatistics().MappedBytes);
        Sliding.Trim();
        Assert.Equal(0, Sliding.GetStatistics().MappedBytes);
        Assert.Equal(100, Sliding.GetStatistics().PeakMappedBytes);
    }

    [Fact]
    public void window_size_TellsWhetherFilesAreWhole()
    {
        Assert.Equal(Window, Sliding.Options.WindowSize);
        Assert.Equal(MapManagerOptions.WholeFile, Static.Options.WindowSize);
        Assert.Equal(0, MapManagerOptions.WholeFile);
    }

    [Fact]
    public void force_map_handle_removal_win_DropsWhatIsUnderAPrefixAndReportsHolders()
    {
        using SampleFile other = SampleFile.OfLength(100);
        using MappedFile file = Sliding.Open(Sample.Path), elsewhere = Sliding.Open(other.Path);
        file.LeaseMemory(0, 10).Dispose();
        elsewhere.LeaseMemory(0, 10).Dispose();
        MemoryLease held = file.LeaseMemory(2L * Window, 10);
        ReleaseReport report = Sliding.Release(Sample.Path);
        Assert.Equal((1, 1), (report.RegionsDropped, report.HandlesClosed));
        Assert.Equal([new HeldFile(file.Path!, 1)], report.Held);
        SampleFile.AssertBytes(held.Span, 2L * Window);
        held.Dispose();
        Assert.Equal(1, Sliding.GetStatistics().Regions);
        using MemoryLease after = file.LeaseMemory(0, 10);
        SampleFile.AssertBytes(after.Span, 0);
    }

    [Fact]
    public void MapRegionListCls_MapWindowCls_MapRegionCls_WindowCursorCls_AreTheBackingSeam()
    {
        using MapManager manager = StampedFile.Manager(2);
        using var file = new StampedFile(manager, 3);
        using SpanLease lease = file.File.LeaseSpan(StampedFile.Step, 8);
        file.Backing.Check(lease.Span, StampedFile.Step);
    }

    [Fact]
    public void eviction_TakesIdleRegionsOnlyAndOverAllocatesRatherThanFail()
    {
        using MapManager manager = StampedFile.Manager(2);
        using var file = new StampedFile(manager, 8);
        using MemoryLease first = file.File.LeaseMemory(0, 8), second = file.File.LeaseMemory(StampedFile.Step, 8), third = file.File.LeaseMemory(2 * StampedFile.Step, 8);
        // Over the budget by what is leased, so what is idle goes at once.
        file.Use(3, 4);
        Assert.Equal([0, 1, 2], file.Windows);
    }
}
