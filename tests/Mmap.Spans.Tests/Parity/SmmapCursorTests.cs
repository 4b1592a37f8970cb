using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Parity;

/// <summary>smmap's cursor.</summary>
public sealed class SmmapCursorTests : SmmapParity
{
    [Fact]
    public void use_region_ShowsAsMuchAsOneRegionGivesAndKeepsARegionThatHasTheOffset()
    {
        using MappedFile file = Sliding.Open(Sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        Assert.True(cursor.MoveTo(10, 10));
        Assert.Equal((10L, 10, 20L), (cursor.Offset, cursor.Length, cursor.End));
        Assert.True(cursor.MoveTo(10));
        Assert.Equal(Window + 512 - 10, cursor.Length);
        Assert.Equal(1, Sliding.GetStatistics().Maps);
        Assert.False(cursor.MoveTo(Sample.Length));
        Assert.False(cursor.MoveTo(Sample.Length + 1000));
        Assert.False(cursor.IsValid);
        // The last window is short and begins before what is asked for.
        Assert.True(cursor.MoveTo(Sample.Length - 20, 1000));
        Assert.Equal((20, Sample.Length), (cursor.Length, cursor.End));
        SampleFile.AssertBytes(cursor.Span, Sample.Length - 20);
    }

    [Fact]
    public void unuse_region_DropsThePinAndKeepsTheRegion()
    {
        using MappedFile file = Sliding.Open(Sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        Assert.True(cursor.MoveTo(0));
        Assert.Equal(1, Sliding.GetStatistics().LiveHeapLeases);
        cursor.Release();
        cursor.Release();
        Assert.Equal(0, Sliding.GetStatistics().LiveHeapLeases);
        Assert.Equal(1, Sliding.GetStatistics().Regions);
        Assert.Same(file, cursor.File);
    }

    [Fact]
    public void buffer_map_AreTheSpanAndTheMemoryOfALease()
    {
        using MappedFile file = Sliding.Open(Sample.Path);
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
        using MappedFile file = Sliding.Open(Sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        Assert.False(cursor.IsValid);
        Assert.NotNull(cursor.File);
        Assert.Equal(0, cursor.Length);
    }

    [Fact]
    public void ofs_begin_ofs_end_size_includes_ofs_AreAbsolute()
    {
        using MappedFile file = Sliding.Open(Sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        Assert.True(cursor.MoveTo(Window + 5, 50));
        Assert.Equal((Window + 5L, Window + 55L, 50), (cursor.Offset, cursor.End, cursor.Length));
        foreach ((long offset, bool inside) in (ReadOnlySpan<(long, bool)>)[
            (Window + 4, false), (Window + 5, true), (Window + 54, true), (Window + 55, false), (-1, false), (long.MaxValue, false), (0, false)])
        {
            Assert.Equal(inside, cursor.Contains(offset));
        }
    }

    [Fact]
    public void region_IsShownByTheDump()
    {
        using MappedFile file = Sliding.Open(Sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        Assert.True(cursor.MoveTo(2L * Window));
        string dump = Sliding.Dump();
        Assert.Contains(Sample.Path, dump, StringComparison.Ordinal);
        Assert.Matches($@"\[{2 * Window}, {3 * Window + 512}\) .* 1 references, 0 spans", dump);
    }

    [Fact]
    public void file_size_IsTheLengthAndARefreshSeesItChange()
    {
        using SampleFile sample = SampleFile.OfLength(100);
        using MappedFile file = Sliding.Open(sample.Path);
        Assert.Equal(100, file.Length);
        sample.GrowTo(300);
        Assert.Equal(100, file.Length);
        file.Refresh();
        Assert.Equal(300, file.Length);
    }

    [Fact]
    public void path_or_fd_path_fd_AreThePathOrNull()
    {
        using SafeFileHandle handle = File.OpenHandle(Sample.Path);
        using MappedFile byPath = Sliding.Open(Sample.Path), byHandle = Static.Open(handle);
        Assert.Equal(Sample.Path, byPath.Path);
        Assert.Null(byHandle.Path);
    }

    [Fact]
    public void assign_copy_AreASecondPinOnTheSameRegion()
    {
        using MappedFile file = Sliding.Open(Sample.Path);
        WindowCursor cursor = file.CreateCursor();
        Assert.True(cursor.MoveTo(50, 100));
        using WindowCursor clone = cursor.Clone();
        Assert.Equal(2, Sliding.GetStatistics().LiveHeapLeases);
        Assert.Equal(1, Sliding.GetStatistics().Regions);
        cursor.Dispose();
        SampleFile.AssertBytes(clone.Span, 50);
        Assert.True(clone.MoveTo(3L * Window, 10));
        SampleFile.AssertBytes(clone.Span, 3L * Window);
    }

    [Fact]
    public void with_cursor_UnpinsAtTheEndAndKeepsTheRegion()
    {
        using MappedFile file = Sliding.Open(Sample.Path);
        using (WindowCursor cursor = file.CreateCursor()) Assert.True(cursor.MoveTo(0));
        Assert.Equal((0L, 1), (Sliding.GetStatistics().LiveHeapLeases, Sliding.GetStatistics().Regions));
    }
}
