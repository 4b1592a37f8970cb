using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Geometry;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests;

/// <summary>
/// What smmap 5.0.2 offers has its counterpart here: one test for each of its members, named after it. The table of
/// names is in PARITY.md beside the library's sources. The data depends on its position; smmap's own tests use zeros
/// with a final one, which hides wrong offsets.
/// </summary>
public sealed class SmmapParityTests : IDisposable
{
    private static readonly int s_window = SystemLimits.AllocationGranularity;

    private readonly SampleFile _sample = SampleFile.OfLength(5L * s_window + 100);
    private readonly MapManager _sliding = new(new MapManagerOptions { WindowSize = s_window, Overlap = 512 });
    private readonly MapManager _static = new(new MapManagerOptions { WindowSize = MapManagerOptions.WholeFile });

    // Section 1: the managers.

    [Fact]
    public void SlidingWindowMapManager_MakesRegionsOfTheWindowSize()
    {
        using MappedFile file = _sliding.Open(_sample.Path, new() { Backing = Backing.Map });
        using MemoryLease lease = file.LeaseMemory(s_window + 10, 10);
        Assert.Equal(s_window + 512, _sliding.GetStatistics().MappedBytes);
    }

    [Fact]
    public void StaticWindowMapManager_MakesOneRegionOfTheWholeFile()
    {
        using MappedFile file = _static.Open(_sample.Path, new() { Backing = Backing.Map });
        using MemoryLease first = file.LeaseMemory(0, 10), last = file.LeaseMemory(_sample.Length - 10, 10);
        Assert.Equal(_sample.Length, _static.GetStatistics().MappedBytes);
        Assert.Equal(1, _static.GetStatistics().Regions);
        SampleFile.AssertBytes(last.Span, _sample.Length - 10);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void make_cursor_GivesACursorOnThePathOrTheHandleThatShowsNothingYet(bool whole, bool byHandle)
    {
        MapManager manager = whole ? _static : _sliding;
        using SafeFileHandle handle = File.OpenHandle(_sample.Path);
        using MappedFile file = byHandle ? manager.Open(handle) : manager.Open(_sample.Path);
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
        Assert.Throws<FileNotFoundException>(() => _sliding.Open(SampleFile.NewPath()));

    [Fact]
    public void collect_DropsEveryIdleRegionAndSaysHowMany()
    {
        Assert.Equal(0, _sliding.Trim());
        using MappedFile file = _sliding.Open(_sample.Path);
        using MemoryLease used = file.LeaseMemory(0, 10);
        file.LeaseMemory(2L * s_window, 10).Dispose();
        file.LeaseMemory(3L * s_window, 10).Dispose();
        Assert.Equal(2, _sliding.Trim());
        Assert.Equal(1, _sliding.GetStatistics().Regions);
        Assert.Equal(0, _sliding.Trim());
        SampleFile.AssertBytes(used.Span, 0);
    }

    [Fact]
    public void num_file_handles_max_file_handles_num_open_files_CountWhatIsOpen()
    {
        Assert.True(_sliding.Options.MaxOpenHandles > 0);
        Assert.Equal((0, 0), (_sliding.GetStatistics().OpenHandles, _sliding.GetStatistics().OpenFiles));
        using SampleFile other = SampleFile.OfLength(100);
        using (MappedFile first = _sliding.Open(_sample.Path), again = _sliding.Open(_sample.Path), second = _sliding.Open(other.Path))
            Assert.Equal((2, 2), (_sliding.GetStatistics().OpenHandles, _sliding.GetStatistics().OpenFiles));
        Assert.Equal((0, 0), (_sliding.GetStatistics().OpenHandles, _sliding.GetStatistics().OpenFiles));
    }

    [Fact]
    public void mapped_memory_size_max_mapped_memory_size_CountBytes()
    {
        Assert.True(_sliding.Options.MaxMappedBytes > 0);
        Assert.Equal(0, _sliding.GetStatistics().MappedBytes);
        using MappedFile file = _sliding.Open(_sample.Path, new() { Backing = Backing.Map });
        file.LeaseMemory(5L * s_window, 100).Dispose();
        Assert.Equal(100, _sliding.GetStatistics().MappedBytes);
        _sliding.Trim();
        Assert.Equal(0, _sliding.GetStatistics().MappedBytes);
        Assert.Equal(100, _sliding.GetStatistics().PeakMappedBytes);
    }

    [Fact]
    public void window_size_TellsWhetherFilesAreWhole()
    {
        Assert.Equal(s_window, _sliding.Options.WindowSize);
        Assert.Equal(MapManagerOptions.WholeFile, _static.Options.WindowSize);
        Assert.Equal(0, MapManagerOptions.WholeFile);
    }

    [Fact]
    public void force_map_handle_removal_win_DropsWhatIsUnderAPrefixAndReportsHolders()
    {
        using SampleFile other = SampleFile.OfLength(100);
        using MappedFile file = _sliding.Open(_sample.Path), elsewhere = _sliding.Open(other.Path);
        file.LeaseMemory(0, 10).Dispose();
        elsewhere.LeaseMemory(0, 10).Dispose();
        MemoryLease held = file.LeaseMemory(2L * s_window, 10);
        ReleaseReport report = _sliding.Release(_sample.Path);
        Assert.Equal((1, 1), (report.RegionsDropped, report.HandlesClosed));
        Assert.Equal([new HeldFile(file.Path!, 1)], report.Held);
        SampleFile.AssertBytes(held.Span, 2L * s_window);
        held.Dispose();
        Assert.Equal(1, _sliding.GetStatistics().Regions);
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

    // Section 2: the cursor.

    [Fact]
    public void use_region_ShowsAsMuchAsOneRegionGivesAndKeepsARegionThatHasTheOffset()
    {
        using MappedFile file = _sliding.Open(_sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        Assert.True(cursor.MoveTo(10, 10));
        Assert.Equal((10L, 10, 20L), (cursor.Offset, cursor.Length, cursor.End));
        Assert.True(cursor.MoveTo(10));
        Assert.Equal(s_window + 512 - 10, cursor.Length);
        Assert.Equal(1, _sliding.GetStatistics().Maps);
        Assert.False(cursor.MoveTo(_sample.Length));
        Assert.False(cursor.MoveTo(_sample.Length + 1000));
        Assert.False(cursor.IsValid);
        // The last window is short and begins before what is asked for.
        Assert.True(cursor.MoveTo(_sample.Length - 20, 1000));
        Assert.Equal((20, _sample.Length), (cursor.Length, cursor.End));
        SampleFile.AssertBytes(cursor.Span, _sample.Length - 20);
    }

    [Fact]
    public void unuse_region_DropsThePinAndKeepsTheRegion()
    {
        using MappedFile file = _sliding.Open(_sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        Assert.True(cursor.MoveTo(0));
        Assert.Equal(1, _sliding.GetStatistics().LiveHeapLeases);
        cursor.Release();
        cursor.Release();
        Assert.Equal(0, _sliding.GetStatistics().LiveHeapLeases);
        Assert.Equal(1, _sliding.GetStatistics().Regions);
        Assert.Same(file, cursor.File);
    }

    [Fact]
    public void buffer_map_AreTheSpanAndTheMemoryOfALease()
    {
        using MappedFile file = _sliding.Open(_sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        Assert.True(cursor.MoveTo(100, 200));
        SampleFile.AssertBytes(cursor.Span, 100);
        using MemoryLease lease = file.LeaseMemory(100, 200);
        Assert.Equal(200, lease.Memory.Length);
        SampleFile.AssertBytes(lease.Memory.Span, 100);
    }

    [Fact]
    public void is_valid_is_associated_AreTwoThings()
    {
        using MappedFile file = _sliding.Open(_sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        Assert.False(cursor.IsValid);
        Assert.NotNull(cursor.File);
        Assert.Equal(0, cursor.Length);
    }

    [Fact]
    public void ofs_begin_ofs_end_size_includes_ofs_AreAbsolute()
    {
        using MappedFile file = _sliding.Open(_sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        Assert.True(cursor.MoveTo(s_window + 5, 50));
        Assert.Equal((s_window + 5L, s_window + 55L, 50), (cursor.Offset, cursor.End, cursor.Length));
        foreach ((long offset, bool inside) in (ReadOnlySpan<(long, bool)>)[
            (s_window + 4, false), (s_window + 5, true), (s_window + 54, true), (s_window + 55, false), (-1, false), (long.MaxValue, false), (0, false)])
        {
            Assert.Equal(inside, cursor.Contains(offset));
        }
    }

    [Fact]
    public void region_IsShownByTheDump()
    {
        using MappedFile file = _sliding.Open(_sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        Assert.True(cursor.MoveTo(2L * s_window));
        string dump = _sliding.Dump();
        Assert.Contains(_sample.Path, dump, StringComparison.Ordinal);
        Assert.Matches($@"\[{2 * s_window}, {3 * s_window + 512}\) .* 1 references, 0 spans", dump);
    }

    [Fact]
    public void file_size_IsTheLengthAndARefreshSeesItChange()
    {
        using SampleFile sample = SampleFile.OfLength(100);
        using MappedFile file = _sliding.Open(sample.Path);
        Assert.Equal(100, file.Length);
        sample.GrowTo(300);
        Assert.Equal(100, file.Length);
        file.Refresh();
        Assert.Equal(300, file.Length);
    }

    [Fact]
    public void path_or_fd_path_fd_AreThePathOrNull()
    {
        using SafeFileHandle handle = File.OpenHandle(_sample.Path);
        using MappedFile byPath = _sliding.Open(_sample.Path), byHandle = _static.Open(handle);
        Assert.Equal(_sample.Path, byPath.Path);
        Assert.Null(byHandle.Path);
    }

    [Fact]
    public void assign_copy_AreASecondPinOnTheSameRegion()
    {
        using MappedFile file = _sliding.Open(_sample.Path);
        WindowCursor cursor = file.CreateCursor();
        Assert.True(cursor.MoveTo(50, 100));
        using WindowCursor clone = cursor.Clone();
        Assert.Equal(2, _sliding.GetStatistics().LiveHeapLeases);
        Assert.Equal(1, _sliding.GetStatistics().Regions);
        cursor.Dispose();
        SampleFile.AssertBytes(clone.Span, 50);
        Assert.True(clone.MoveTo(3L * s_window, 10));
        SampleFile.AssertBytes(clone.Span, 3L * s_window);
    }

    [Fact]
    public void with_cursor_UnpinsAtTheEndAndKeepsTheRegion()
    {
        using MappedFile file = _sliding.Open(_sample.Path);
        using (WindowCursor cursor = file.CreateCursor()) Assert.True(cursor.MoveTo(0));
        Assert.Equal((0L, 1), (_sliding.GetStatistics().LiveHeapLeases, _sliding.GetStatistics().Regions));
    }

    // Section 3: the buffer.

    [Fact]
    public void SlidingWindowMapBuffer_IsTheFileFromAnOffsetAndRefusesOneBehindTheEnd()
    {
        using MappedFile file = _sliding.Open(_sample.Path);
        using MappedBuffer buffer = file.CreateBuffer(10), limited = file.CreateBuffer(10, 20);
        Assert.Equal((_sample.Length - 10, 20L), (buffer.Length, limited.Length));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.CreateBuffer(_sample.Length + 1));
    }

    [Fact]
    public void begin_access_IsANewBufferOnTheSameFile()
    {
        using MappedFile file = _sliding.Open(_sample.Path);
        using MappedBuffer buffer = file.CreateBuffer(10), again = file.CreateBuffer();
        Assert.Equal((SampleFile.At(10), SampleFile.At(0)), (buffer[0], again[0]));
    }

    [Fact]
    public void end_access_LetsTheWindowGoAndMayBeRepeated()
    {
        using MappedFile file = _sliding.Open(_sample.Path);
        MappedBuffer buffer = file.CreateBuffer();
        _ = buffer[0];
        Assert.Equal(1, _sliding.GetStatistics().LiveHeapLeases);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Equal(0, _sliding.GetStatistics().LiveHeapLeases);
        Assert.Throws<ObjectDisposedException>(() => buffer[0]);
    }

    [Fact]
    public void len_getitem_AreALongLengthAndOneByte()
    {
        using MappedFile file = _sliding.Open(_sample.Path);
        using MappedBuffer buffer = file.CreateBuffer();
        Assert.Equal(_sample.Length, buffer.Length);
        foreach (long index in (long[])[0, s_window - 1, s_window, _sample.Length - 1]) Assert.Equal(SampleFile.At(index), buffer[index]);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer[buffer.Length]);
    }

    [Fact]
    public void getslice_IsACopyAcrossWindowsOrASequenceWithoutOne()
    {
        using MappedFile file = _sliding.Open(_sample.Path);
        using MappedBuffer buffer = file.CreateBuffer();
        int length = 2 * s_window + 50;
        SampleFile.AssertBytes(buffer.ToArray(s_window - 20, length), s_window - 20);
        using SequenceLease sequence = file.LeaseSequence(s_window - 20, length);
        SampleFile.AssertBytes(sequence.Sequence.ToArray(), s_window - 20);
    }

    // Section 4: utilities, and what smmap's own tests assert.

    [Fact]
    public void align_to_mmap_IsTheGridsArithmetic()
    {
        Assert.Equal(0, s_window % Environment.SystemPageSize);
        WindowGrid grid = WindowGrid.Of(s_window, 0);
        Assert.Equal((0L, 1L, 1L), (grid.IndexOf(s_window - 1), grid.IndexOf(s_window), grid.IndexOf(2 * s_window - 1)));
        Assert.Equal((1L, 2L), (grid.CountFor(s_window), grid.CountFor(s_window + 1)));
    }

    [Fact]
    public void is_64_bit_ChoosesTheDefaults() =>
        Assert.Equal(Environment.Is64BitProcess ? 16 << 20 : 4 << 20, new MapManagerOptions().WindowSize);

    [Fact]
    public void MapWindow_MapRegion_BeginOnTheGridAndNeverReachPastTheFile()
    {
        using MappedFile file = _sliding.Open(_sample.Path);
        for (long offset = 0; offset < _sample.Length; offset += 777) file.LeaseSpan(offset, 1).Dispose();
        foreach (Mmap.Spans.Regions.Region region in file.Directory.Snapshot())
        {
            Assert.Equal(0, region.Start % s_window);
            Assert.InRange(region.End, region.Start + 1, _sample.Length);
        }
    }

    [Fact]
    public void MapRegionList_KnowsPathAndSizeAndGoesWithTheLastUser()
    {
        MappedFile first = _sliding.Open(_sample.Path), second = _sliding.Open(_sample.Path);
        Assert.Equal((first.Path, first.Length), (second.Path, second.Length));
        first.Dispose();
        Assert.Equal(1, _sliding.GetStatistics().OpenFiles);
        second.Dispose();
        Assert.Equal(0, _sliding.GetStatistics().OpenFiles);
    }

    /// <summary>smmap's main test, for both managers, by path and by handle.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void FiveThousandRandomReadsStayWithinTheLimits(bool whole, bool byHandle)
    {
        var options = new MapManagerOptions { WindowSize = whole ? MapManagerOptions.WholeFile : s_window, Overlap = 0, MaxMappedBytes = whole ? 10L * s_window : 2L * s_window, MaxRegions = 3 };
        using var manager = new MapManager(options);
        using SafeFileHandle handle = File.OpenHandle(_sample.Path);
        using MappedFile file = byHandle ? manager.Open(handle, new() { Backing = Backing.Map }) : manager.Open(_sample.Path, new() { Backing = Backing.Map });
        using WindowCursor cursor = file.CreateCursor();
        var random = new Random(5000);
        for (int turn = 0; turn < 5000; turn++)
        {
            Assert.InRange(manager.GetStatistics().MappedBytes, 0, options.MaxMappedBytes);
            Assert.InRange(manager.GetStatistics().Regions, 0, options.MaxRegions);
            long offset = random.NextInt64(_sample.Length);
            Assert.True(cursor.MoveTo(offset));
            Assert.True(cursor.Contains(offset));
            Assert.Equal(SampleFile.At(offset), cursor.Span[0]);
            Assert.Equal(SampleFile.At(cursor.End - 1), cursor.Span[^1]);
        }

        Assert.False(cursor.MoveTo(_sample.Length));
        manager.Trim();
        Assert.Equal((0L, 0), (manager.GetStatistics().MappedBytes, manager.GetStatistics().Regions));
    }

    public void Dispose()
    {
        _sliding.Dispose();
        _static.Dispose();
        _sample.Dispose();
    }
}
