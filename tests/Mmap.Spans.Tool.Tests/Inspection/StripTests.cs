using Mmap.Spans.Tool.Inspection;
using Mmap.Spans.Tool.Terminal;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Inspection;

public class StripTests
{
    [Fact]
    public void EveryPartHasItsShadeAndFewStretchesAreWide()
    {
        Assert.Equal("·░▒▓█\n", Drawn([0, 0.01, 0.5, 0.99, 1], 5, unicode: true));
        Assert.Equal(".-+*#\n", Drawn([0, 0.01, 0.5, 0.99, 1], 5, unicode: false));
        Assert.Equal("....####\n", Drawn([0, 1], 8, unicode: false));
    }

    [Fact]
    public void WhatTwoWindowsCoverCountsOnce() =>
        Assert.Equal([1, 1, 0.5, 0], Strip.Cover([new FileRange(0, 15), new FileRange(10, 15)], 40, 4));

    [Fact]
    public void ARangeLargerThanTheFileIsCutAtItsEnd() =>
        Assert.Equal([0, 1], Strip.Cover([new FileRange(5, 100)], 10, 2));

    private static string Drawn(double[] parts, int columns, bool unicode)
    {
        var picture = new Picture();
        Strip.Draw(picture, parts, columns, unicode);
        return picture.ToString();
    }
}
