using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Change;

/// <summary>
/// <see cref="MappedFile.Refresh"/> answers each object for itself: the change of the file since that object's last
/// look.
/// </summary>
public class RefreshAnswerTests
{
    [Fact]
    public void EachOpenerIsToldOfEachChangeOnce()
    {
        using SampleFile sample = SampleFile.OfLength(10_000);
        using var manager = new MapManager();
        using MappedFile first = manager.Open(sample.Path), second = manager.Open(sample.Path);
        sample.GrowTo(12_000);
        AssertBoth(FileChange.Grown);
        SampleFile.Rewrite(sample.Path, [1, 2, 3]);
        AssertBoth(FileChange.Rewritten);
        sample.TruncateTo(9000);
        AssertBoth(FileChange.Shrunk);

        void AssertBoth(FileChange expected)
        {
            Assert.Equal((expected, expected), (first.Refresh(), second.Refresh()));
            Assert.Equal((FileChange.Unchanged, FileChange.Unchanged), (first.Refresh(), second.Refresh()));
        }
    }

    [Fact]
    public void AnotherOpenTakesNoAnswerAway()
    {
        using SampleFile sample = SampleFile.OfLength(104);
        using var manager = new MapManager();
        using MappedFile follower = manager.Open(sample.Path);
        sample.GrowTo(108);
        using MappedFile young = manager.Open(sample.Path);
        Assert.Equal(108, follower.Length);
        Assert.Equal(FileChange.Unchanged, young.Refresh());
        Assert.Equal(FileChange.Grown, follower.Refresh());
    }

    [Fact]
    public void TwoStepsBetweenTwoLooksAreOneAnswer()
    {
        using SampleFile sample = SampleFile.OfLength(100);
        using var manager = new MapManager();
        using MappedFile often = manager.Open(sample.Path), seldom = manager.Open(sample.Path);
        sample.GrowTo(200);
        Assert.Equal(FileChange.Grown, often.Refresh());
        sample.TruncateTo(50);
        Assert.Equal(FileChange.Shrunk, often.Refresh());
        // From 100 to 50, by any way between.
        Assert.Equal(FileChange.Shrunk, seldom.Refresh());
        sample.GrowTo(100);
        Assert.Equal(FileChange.Grown, seldom.Refresh());
    }
}
