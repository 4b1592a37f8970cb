using Mmap.Spans.Regions;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

public class LeftStampsTests
{
    private const int File = 3;

    private readonly LeftStamps _left = new();

    [Fact]
    public void AStampIsGivenBackOnceToItsWindowAlone()
    {
        _left.Keep(File, 7, 100, held: 1);
        _left.Keep(File, 8, 200, held: 1);
        Assert.Equal(0, _left.Take(File + 1, 7));
        Assert.Equal(100, _left.Take(File, 7));
        Assert.Equal(200, _left.Take(File, 8));
        Assert.Equal(0, _left.Take(File, 7));
    }

    [Fact]
    public void NothingIsKnownOfWhatNeverLeft() => Assert.Equal(0, _left.Take(File, 7));

    [Fact]
    public void OfManyWindowsTheLatestAreRememberedAndTheOthersLeftLongAgo()
    {
        const int Held = 200, Windows = 100_000;
        for (int window = 0; window < Windows; window++) _left.Keep(File, window, 1_000 + window, Held);
        int known = 0, lately = 0;
        for (int window = 0; window < Windows; window++)
        {
            long stamp = _left.Take(File, window);
            if (stamp == LeftStamps.LongAgo) continue;
            Assert.Equal(1_000 + window, stamp);
            known++;
            if (window >= Windows - Held) lately++;
        }

        Assert.Equal(_left.Places, known);
        Assert.InRange(lately, Held * 9 / 10, Held);
        Assert.Equal(LeftStamps.LongAgo, _left.Take(File, Windows));
    }

    [Fact]
    public void TheirNumberGrowsWithTheRegionsHeldAndKeepsWhatWasThere()
    {
        for (int window = 0; window < 100; window++) _left.Keep(File, window, 1_000 + window, held: 1);
        int few = _left.Places;
        _left.Keep(File, 100, 1_100, held: 10_000);
        Assert.InRange(_left.Places, 8 * 10_000, 16 * 10_000);
        Assert.True(few < 1_000, $"{few} places are more than one region needs.");
        for (int window = 0; window <= 100; window++) Assert.Equal(1_000 + window, _left.Take(File, window));
    }
}
