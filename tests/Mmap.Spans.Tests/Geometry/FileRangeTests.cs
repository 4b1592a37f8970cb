using Xunit;

namespace Mmap.Spans.Tests.Geometry;

public class FileRangeTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(10, 20, 30)]
    [InlineData(10, long.MaxValue, long.MaxValue)]
    [InlineData(long.MaxValue, 0, long.MaxValue)]
    [InlineData(long.MaxValue - 5, 5, long.MaxValue)]
    [InlineData(long.MaxValue - 5, 6, long.MaxValue)]
    public void TheEndIsTheLastNumberWhereTheSumWouldPassIt(long offset, long length, long end) =>
        Assert.Equal(end, new FileRange(offset, length).End);
}
