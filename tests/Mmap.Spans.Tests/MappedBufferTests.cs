using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests;

public class MappedBufferTests
{
    private const int Window = 65536;

    [Fact]
    public void EveryIndexOfASliceOfASliceIsRelativeToIt()
    {
        using SampleFile sample = SampleFile.OfLength(3 * Window + 5);
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = 0, MaxMappedBytes = Window });
        using MappedFile file = manager.Open(sample.Path);
        using MappedBuffer whole = file.CreateBuffer(), outer = whole.Slice(10, 2 * Window),
            inner = outer.Slice(Window - 20, 40), tail = file.CreateBuffer(3 * Window);
        Assert.Equal(
            [3 * Window + 5, 2 * Window, 40, 5], new[] { whole.Length, outer.Length, inner.Length, tail.Length });
        for (int index = 0; index < 40; index++) Assert.Equal(SampleFile.At(Window - 10 + index), inner[index]);
        Assert.Equal(SampleFile.At(10), outer[0]);
        Assert.Equal(SampleFile.At(10 + 2 * Window - 1), outer[2 * Window - 1]);
        Assert.Equal(SampleFile.At(3 * Window + 4), tail[4]);
        Assert.Equal(SampleFile.Bytes(Window - 10, 40), inner.ToArray(0, 40));
        Assert.Throws<ArgumentOutOfRangeException>(() => inner[40]);
    }

    [Fact]
    public void CopyToStopsAtTheEndOfTheBufferNotOfTheFile()
    {
        using SampleFile sample = SampleFile.OfLength(3 * Window);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = 0 });
        using MappedFile file = manager.Open(sample.Path);
        using MappedBuffer buffer = file.CreateBuffer(Window - 50, 100);
        byte[] copy = new byte[200];
        Assert.Equal(70, buffer.CopyTo(30, copy));
        SampleFile.AssertBytes(copy.AsSpan(0, 70), Window - 20);
        Assert.All(copy[70..], each => Assert.Equal(0, each));
        Assert.Equal(0, buffer.CopyTo(100, copy));
        Assert.Equal(0, buffer.CopyTo(5, []));
    }

    [Fact]
    public void RandomIndexesBackAndForthAreRightUnderABudgetOfOneWindow()
    {
        using SampleFile sample = SampleFile.OfLength(8 * Window);
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = 0, MaxMappedBytes = Window });
        using MappedFile file = manager.Open(sample.Path);
        using MappedBuffer buffer = file.CreateBuffer();
        var random = new Random(5);
        for (int turn = 0; turn < 20_000; turn++)
        {
            long index = random.NextInt64(buffer.Length);
            Assert.Equal(SampleFile.At(index), buffer[index]);
        }

        Assert.Equal(Window, manager.GetStatistics().PeakMappedBytes);
    }

    [Fact]
    public void ABufferOutlivesItsFileOnlyInsideTheWindowItShows()
    {
        using SampleFile sample = SampleFile.OfLength(3 * Window);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = 0 });
        MappedFile file = manager.Open(sample.Path);
        MappedBuffer buffer = file.CreateBuffer();
        Assert.Equal(SampleFile.At(0), buffer[0]);
        file.Dispose();
        Assert.Equal(SampleFile.At(100), buffer[100]);
        Assert.Throws<ObjectDisposedException>(() => buffer[Window]);
        buffer.Dispose();
        AtRest.AssertNothingHeld(manager);
    }
}
