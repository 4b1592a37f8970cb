using System.Collections.Concurrent;
using Mmap.Spans.Geometry;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

public class RegionDirectoryTests
{
    private const int Step = 4096;
    private const int Overlap = 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(3_000_000)]
    public void AWindowIsFoundByAnyOffsetOfItsStepAndByNoOther(long index)
    {
        RegionDirectory directory = OfLength(4_000_000L * Step);
        Region region = directory.GetOrAdd(index, out bool added);
        Assert.True(added);
        Assert.Equal(index, region.Index);
        Assert.Equal(index * Step, region.Start);
        Assert.Same(region, directory.GetOrAdd(index, out added));
        Assert.False(added);

        Assert.Same(region, directory.Find(index * Step));
        Assert.Same(region, directory.Find(index * Step + Step - 1));
        Assert.Null(directory.Find(index * Step - 1));
        Assert.Null(directory.Find((index + 1) * Step));
        Assert.Null(directory.At(index + 1));
        Assert.Equal([region], directory.Snapshot());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void AnyOffsetMayBeLookedFor(long offset) => Assert.Null(OfLength(100 * Step).Find(offset));

    [Fact]
    public void GrowingPastTheFirstFourThousandWindowsKeepsWhatIsThere()
    {
        RegionDirectory directory = OfLength(10 * Step);
        var all = new List<Region>();
        for (long windows = 10; windows <= 20_000; windows += 611)
        {
            Assert.Empty(directory.Resize(windows * Step));
            all.Add(Loaded(directory, windows - 2));
            Assert.All(all, region => Assert.Same(region, directory.At(region.Index)));
        }

        Assert.Equal(all, directory.Snapshot());
    }

    [Fact]
    public void WhenTheFileGrowsOnlyTheWindowsThatNowCoverMoreAreDetached()
    {
        // The last window is short, and so is the overlap of the one before it.
        RegionDirectory directory = OfLength(4 * Step + 500);
        Region[] regions = [.. Enumerable.Range(0, 5).Select(index => Loaded(directory, index))];
        Assert.Equal([regions[3], regions[4]], directory.Resize(6 * Step));
        Assert.Equal(regions[..3], directory.Snapshot());
        Assert.Equal(6 * Step, directory.Length);
        Assert.Null(directory.At(4));
        Assert.Empty(directory.Resize(6 * Step));
    }

    [Fact]
    public void WhenTheFileShrinksEveryWindowThatReachesPastItsEndIsDetached()
    {
        RegionDirectory directory = OfLength(6 * Step);
        Region[] regions = [.. Enumerable.Range(0, 6).Select(index => Loaded(directory, index))];
        Assert.Equal(regions[2..], directory.Resize(3 * Step + 10));
        Assert.Equal(regions[..2], directory.Snapshot());
    }

    [Fact]
    public void AWindowThatIsLoadingIsDetachedWhenTheLengthChangesAndKeptWhenItDoesNot()
    {
        RegionDirectory directory = OfLength(6 * Step);
        Region loading = directory.GetOrAdd(1, out _);
        Assert.Empty(directory.Resize(6 * Step));
        Assert.Same(loading, directory.At(1));
        Assert.Equal([loading], directory.Resize(7 * Step));
        Assert.Null(directory.At(1));
    }

    [Fact]
    public void AWindowThatWasLoadedShortIsDetachedAlsoWhenTheLengthIsTheOldOne()
    {
        RegionDirectory directory = OfLength(6 * Step);
        Region shorter = directory.GetOrAdd(2, out _);
        shorter.Fill(new RegionMemory(64, 100, null));
        shorter.State.Publish();
        Assert.Equal([shorter], directory.Resize(6 * Step));
    }

    [Fact]
    public void OnlyTheRegionItselfIsForgotten()
    {
        RegionDirectory directory = OfLength(6 * Step);
        Region old = directory.GetOrAdd(1, out _);
        directory.Forget(old);
        Region next = directory.GetOrAdd(1, out bool added);
        Assert.True(added);
        Assert.NotSame(old, next);
        directory.Forget(old);
        Assert.Same(next, directory.At(1));
    }

    [Fact]
    public void AClosedDirectoryIsEmptyAndRefusesEverything()
    {
        RegionDirectory directory = OfLength(10_000L * Step);
        Region[] regions = [directory.GetOrAdd(1, out _), directory.GetOrAdd(9_000, out _)];
        Assert.Equal(regions, directory.Close());
        Assert.Empty(directory.Close());
        Assert.Null(directory.Find(Step));
        Assert.Null(directory.At(9_000));
        Assert.Throws<ObjectDisposedException>(() => directory.GetOrAdd(1, out _));
        Assert.Throws<ObjectDisposedException>(() => directory.Resize(Step));
        Assert.Throws<ObjectDisposedException>(directory.ThrowIfClosed);
        directory.Forget(regions[1]);
    }

    [Fact]
    public void AnEmptiedDirectoryTakesNewRegions()
    {
        RegionDirectory directory = OfLength(10 * Step);
        Region region = directory.GetOrAdd(1, out _);
        Assert.Equal([region], directory.Empty());
        Assert.Empty(directory.Snapshot());
        Assert.NotSame(region, directory.GetOrAdd(1, out bool added));
        Assert.True(added);
    }

    [Fact]
    public void NoRegionIsLostWhileThreadsAddAndTheFileGrows()
    {
        const int Windows = 9_000;
        RegionDirectory directory = OfLength(Step);
        var added = new ConcurrentBag<Region>();
        var detached = new ConcurrentBag<Region>();
        TestThread.RunTogether(4, number =>
        {
            var random = new Random(number);
            for (long windows = 1; windows <= Windows; windows += random.Next(1, 90))
            {
                if (number == 0)
                {
                    foreach (Region region in directory.Resize(windows * Step)) detached.Add(region);
                }

                for (int tries = 0; tries < 30; tries++)
                {
                    long index = random.NextInt64(directory.Grid.CountFor(directory.Length));
                    Region region = directory.GetOrAdd(index, out bool isNew);
                    Assert.Equal(index, region.Index);
                    if (isNew) added.Add(region);
                }
            }
        });
        Assert.Equal(
            added.Except(detached).OrderBy(region => region.Id),
            directory.Snapshot().OrderBy(region => region.Id));
        Assert.Equal(added.Count, added.Distinct().Count());
    }

    private static RegionDirectory OfLength(long length) =>
        new(null!, WindowGrid.Of(Step, Overlap), null!, "directory", length);

    /// <summary>A region of the length that its window has now.</summary>
    private static Region Loaded(RegionDirectory directory, long index)
    {
        Region region = directory.GetOrAdd(index, out _);
        region.Fill(new RegionMemory(64, directory.Grid.LengthOf(index, directory.Length), null));
        region.State.Publish();
        return region;
    }
}
