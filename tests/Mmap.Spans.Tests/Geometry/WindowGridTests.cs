using Mmap.Spans.Geometry;
using Xunit;

namespace Mmap.Spans.Tests.Geometry;

public class WindowGridTests
{
    [Fact]
    public void EveryRangeOfAtMostTheOverlapLiesInTheWindowOfItsFirstByte()
    {
        const long FileLength = 5 * 64 + 17;
        WindowGrid grid = WindowGrid.Of(64, 16);
        for (long offset = 0; offset < FileLength; offset++)
        {
            long index = grid.IndexOf(offset);
            long end = Math.Min(offset + 16, FileLength);
            Assert.InRange(offset, grid.StartOf(index), grid.StartOf(index) + 63);
            Assert.True(end <= grid.StartOf(index) + grid.LengthOf(index, FileLength));
        }
    }

    [Fact]
    public void NoWindowReachesPastTheEndOfTheFile()
    {
        WindowGrid grid = WindowGrid.Of(64, 64);
        for (long length = 0; length < 300; length++)
        {
            for (long index = 0; index < grid.CountFor(length); index++)
                Assert.InRange(grid.StartOf(index) + grid.LengthOf(index, length), 1, length);
            Assert.Equal(0, grid.LengthOf(grid.CountFor(length), length));
        }
    }

    [Fact]
    public void APartOfARangeIsWhatItsFirstWindowHoldsOfIt()
    {
        WindowGrid grid = WindowGrid.Of(64, 16);
        for (long fileLength = 0; fileLength < 150; fileLength++)
        {
            for (long offset = 0; offset < 160; offset++)
            {
                long inWindow = Math.Max(Math.Min(offset / 64 * 64 + 80, fileLength) - offset, 0);
                foreach (long length in (long[])[0, 1, 15, 16, 17, 80, 200, long.MaxValue])
                    Assert.Equal(Math.Min(length, inWindow), grid.PartOf(offset, length, fileLength));
            }
        }
    }

    [Fact]
    public void WholeFileWindowsAreAsLongAsASpanAllowsAndTileTheFile()
    {
        WindowGrid grid = WindowGrid.WholeFile(1 << 20, 4096);
        const long FileLength = 100L << 30;
        Assert.Equal(int.MaxValue - 4095, grid.LengthOf(0, FileLength));
        for (long index = 0; index < grid.CountFor(FileLength); index++)
        {
            Assert.Equal(index, grid.IndexOf(grid.StartOf(index)));
            Assert.Equal(index, grid.IndexOf(grid.StartOf(index) + grid.Step - 1));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(4095)]
    [InlineData(65_537)]
    public void WholeFileWindowsBeginWhereAMappingCan(int overlap)
    {
        foreach (int granularity in (int[])[4096, 65_536])
            Assert.Equal(0, WindowGrid.WholeFile(overlap, granularity).Step % granularity);
    }
}
