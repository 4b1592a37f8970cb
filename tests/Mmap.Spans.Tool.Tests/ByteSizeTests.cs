using Xunit;

namespace Mmap.Spans.Tool.Tests;

public class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("4096", 4096)]
    [InlineData("12B", 12)]
    [InlineData("64KiB", 64L << 10)]
    [InlineData("16MiB", 16L << 20)]
    [InlineData("16mib", 16L << 20)]
    [InlineData("3 GiB", 3L << 30)]
    [InlineData("8G", 8L << 30)]
    [InlineData("2TiB", 2L << 40)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void SizesAreReadInAnyUnit(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out long read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("-1")]
    [InlineData("1.5GiB")]
    [InlineData("16MB")]
    [InlineData("16iB")]
    [InlineData("16MiB!")]
    [InlineData("9223372036854775808")]
    [InlineData("8388608TiB")]
    public void WhatIsNoSizeIsRefused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(268435456, "256 MiB")]
    public void SizesAreWrittenInTheLargestUnitThatFits(long bytes, string text) =>
        Assert.Equal(text, ByteSize.Format(bytes));
}
