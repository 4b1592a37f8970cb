using Mmap.Spans.Tool.Inspection;
using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Inspection;

public sealed class PageCacheTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void APageThatWasReadIsThereAndAHoleIsNot()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux is asked for it.");
        int page = Environment.SystemPageSize;
        string path = _folder.PathOf("hole");
        using (FileStream file = File.Create(path))
        {
            // The pages between were never written, so they are not in the cache.
            file.SetLength(256L * page);
            file.Position = 128L * page;
            file.Write(new byte[] { 1 });
        }

        Residency residency = PageCache.Ask(path, 256L * page, cells: 256);

        Assert.Equal(page, residency.Bytes);
        Assert.Equal(Enumerable.Range(0, 256).Select(cell => cell == 128 ? 1.0 : 0.0), residency.Cells);
        Assert.Equal(1.0 / 256, residency.Part);
    }

    [Fact]
    public void ThereAreNoMoreStretchesThanPages()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux is asked for it.");
        string path = _folder.Write("three", new byte[2 * Environment.SystemPageSize + 1]);
        Residency residency = PageCache.Ask(path, 2 * Environment.SystemPageSize + 1, cells: 80);
        Assert.Equal(new double[] { 1, 1, 1 }, residency.Cells);
        Assert.Equal(2 * Environment.SystemPageSize + 1, residency.Bytes);
    }

    [Fact]
    public void WhatIsNotKnownIsSaidToBe()
    {
        Assert.NotNull(PageCache.Ask(_folder.PathOf("missing"), 1, cells: 1).WhyUnknown);
        Assert.NotNull(PageCache.Ask(_folder.Write("empty", ""), 0, cells: 1).WhyUnknown);
    }
}
