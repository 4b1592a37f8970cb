using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Geometry;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Parity;

/// <summary>smmap's buffer, its utilities, and what its own tests assert.</summary>
public sealed class SmmapBufferTests : SmmapParity
{
    [Fact]
    public void SlidingWindowMapBuffer_IsTheFileFromAnOffsetAndRefusesOneBehindTheEnd()
    {
        using MappedFile file = Sliding.Open(Sample.Path);
        using MappedBuffer buffer = file.CreateBuffer(10), limited = file.CreateBuffer(10, 20);
        Assert.Equal((Sample.Length - 10, 20L), (buffer.Length, limited.Length));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.CreateBuffer(Sample.Length + 1));
    }

    [Fact]
    public void begin_access_IsANewBufferOnTheSameFile()
    {
        using MappedFile file = Sliding.Open(Sample.Path);
        using MappedBuffer buffer = file.CreateBuffer(10), again = file.CreateBuffer();
        Assert.Equal((SampleFile.At(10), SampleFile.At(0)), (buffer[0], again[0]));
    }

    [Fact]
    public void end_access_LetsTheWindowGoAndMayBeRepeated()
    {
        using MappedFile file = Sliding.Open(Sample.Path);
        MappedBuffer buffer = file.CreateBuffer();
        _ = buffer[0];
        Assert.Equal(1, Sliding.GetStatistics().LiveHeapLeases);
        buffer.Dispose();
        buffer.Dispose();
        Assert.Equal(0, Sliding.GetStatistics().LiveHeapLeases);
        Assert.Throws<ObjectDisposedException>(() => buffer[0]);
    }

    [Fact]
    public void len_getitem_AreALongLengthAndOneByte()
    {
        using MappedFile file = Sliding.Open(Sample.Path);
        using MappedBuffer buffer = file.CreateBuffer();
        Assert.Equal(Sample.Length, buffer.Length);
        foreach (long index in (long[])[0, Window - 1, Window, Sample.Length - 1]) Assert.Equal(SampleFile.At(index), buffer[index]);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer[-1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer[buffer.Length]);
    }

    [Fact]
    public void getslice_IsACopyAcrossWindowsOrASequenceWithoutOne()
    {
        using MappedFile file = Sliding.Open(Sample.Path);
        using MappedBuffer buffer = file.CreateBuffer();
        int length = 2 * Window + 50;
        SampleFile.AssertBytes(buffer.ToArray(Window - 20, length), Window - 20);
        using SequenceLease sequence = file.LeaseSequence(Window - 20, length);
        SampleFile.AssertBytes(sequence.Sequence.ToArray(), Window - 20);
    }

    [Fact]
    public void align_to_mmap_IsTheGridsArithmetic()
    {
        Assert.Equal(0, Window % Environment.SystemPageSize);
        WindowGrid grid = WindowGrid.Of(Window, 0);
        Assert.Equal((0L, 1L, 1L), (grid.IndexOf(Window - 1), grid.IndexOf(Window), grid.IndexOf(2 * Window - 1)));
        Assert.Equal((1L, 2L), (grid.CountFor(Window), grid.CountFor(Window + 1)));
    }

    [Fact]
    public void is_64_bit_ChoosesTheDefaults() =>
        Assert.Equal(Environment.Is64BitProcess ? 16 << 20 : 4 << 20, new MapManagerOptions().WindowSize);

    [Fact]
    public void MapWindow_MapRegion_BeginOnTheGridAndNeverReachPastTheFile()
    {
        using MappedFile file = Sliding.Open(Sample.Path);
        for (long offset = 0; offset < Sample.Length; offset += 777) file.LeaseSpan(offset, 1).Dispose();
        foreach (Mmap.Spans.Regions.Region region in file.Directory.Snapshot())
        {
            Assert.Equal(0, region.Start % Window);
            Assert.InRange(region.End, region.Start + 1, Sample.Length);
        }
    }

    [Fact]
    public void MapRegionList_KnowsPathAndSizeAndGoesWithTheLastUser()
    {
        MappedFile first = Sliding.Open(Sample.Path), second = Sliding.Open(Sample.Path);
        Assert.Equal((first.Path, first.Length), (second.Path, second.Length));
        first.Dispose();
        Assert.Equal(1, Sliding.GetStatistics().OpenFiles);
        second.Dispose();
        Assert.Equal(0, Sliding.GetStatistics().OpenFiles);
    }

    /// <summary>smmap's main test, for both managers, by path and by handle.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void FiveThousandRandomReadsStayWithinTheLimits(bool whole, bool byHandle)
    {
        var options = new MapManagerOptions { WindowSize = whole ? MapManagerOptions.WholeFile : Window, Overlap = 0, MaxMappedBytes = whole ? 10L * Window : 2L * Window, MaxRegions = 3 };
        using var manager = new MapManager(options);
        using SafeFileHandle handle = File.OpenHandle(Sample.Path);
        using MappedFile file = byHandle ? manager.Open(handle, new() { Backing = Backing.Map }) : manager.Open(Sample.Path, new() { Backing = Backing.Map });
        using WindowCursor cursor = file.CreateCursor();
        var random = new Random(5000);
        for (int turn = 0; turn < 5000; turn++)
        {
            Assert.InRange(manager.GetStatistics().MappedBytes, 0, options.MaxMappedBytes);
            Assert.InRange(manager.GetStatistics().Regions, 0, options.MaxRegions);
            long offset = random.NextInt64(Sample.Length);
            Assert.True(cursor.MoveTo(offset));
            Assert.True(cursor.Contains(offset));
            Assert.Equal(SampleFile.At(offset), cursor.Span[0]);
            Assert.Equal(SampleFile.At(cursor.End - 1), cursor.Span[^1]);
        }

        Assert.False(cursor.MoveTo(Sample.Length));
        manager.Trim();
        Assert.Equal((0L, 0), (manager.GetStatistics().MappedBytes, manager.GetStatistics().Regions));
    }
}
