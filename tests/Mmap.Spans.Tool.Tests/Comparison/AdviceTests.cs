using Mmap.Spans.Tool.Comparison;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Comparison;

/// <summary>The advice follows from the figures: other figures, other advice.</summary>
public class AdviceTests
{
    private static readonly Setting s_usual = new(16 << 20, 64 << 20);
    private static readonly Setting s_small = new(1 << 20, 4 << 20);
    private static readonly Setting s_large = new(256 << 20, 1 << 30);

    [Fact]
    public void WindowsAreAdvisedWhenTheyAreAsGoodAsTheFastest()
    {
        Advice advice =
            Advise([(WayKind.OneMapping, 1), (WayKind.Cursor, 1.08), (WayKind.PipeReader, 1.2)], [(s_usual, 1)]);
        Assert.Equal(WayKind.Cursor, advice.Way.Kind);
        Assert.Contains("1.08 times as long as the fastest, OneMapping", advice.Reason, StringComparison.Ordinal);
        Assert.Contains(advice.Code, line => line.Contains("CreateCursor", StringComparison.Ordinal));
        Assert.Contains(advice.Code, line => line.Contains("AccessPattern.Sequential", StringComparison.Ordinal));

        Assert.Equal(
            WayKind.PipeReader,
                Advise([(WayKind.OneMapping, 1), (WayKind.Cursor, 1.3), (WayKind.PipeReader, 0.9)],
                    [(s_usual, 1)]).Way.Kind);
    }

    [Theory]
    [InlineData(nameof(WayKind.OneMapping), "AcquirePointer")]
    [InlineData(nameof(WayKind.Positional), "RandomAccess.Read")]
    [InlineData(nameof(WayKind.FileStream), "FileStream")]
    [InlineData(nameof(WayKind.Array), "ReadAllBytes")]
    [InlineData(nameof(WayKind.ViewStream), "CreateViewStream")]
    [InlineData(nameof(WayKind.Accessor), "ReadArray")]
    public void AnotherWayIsAdvisedWhenItIsMuchFaster(string kind, string code)
    {
        Advice advice =
            Advise([(WayKind.Cursor, 3), (Enum.Parse<WayKind>(kind), 1), (WayKind.PipeReader, 4)], [(s_usual, 1)]);
        Assert.Equal(kind, advice.Way.Name);
        Assert.Contains("took 3.00 times as long", advice.Reason, StringComparison.Ordinal);
        Assert.Contains(advice.Code, line => line.Contains(code, StringComparison.Ordinal));
    }

    [Fact]
    public void RoundsThatOverlapTellNothingApart()
    {
        Contest contest = new([Of(WayKind.OneMapping, 1, 0.9, 1.6), Of(WayKind.Cursor, 1.5, 1.4, 1.7)], 0);
        Advice advice = Advice.From(contest, [(s_usual, Of(WayKind.Cursor, 1))], AccessPattern.Random);
        Assert.Equal(WayKind.Cursor, advice.Way.Kind);
        Assert.Contains("do not tell apart", advice.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void OfOptionsThatAreAsGoodTheSmallestIsAdvised()
    {
        Assert.Equal(
            s_small, Advise([(WayKind.Cursor, 1), (WayKind.OneMapping, 1)],
                [(s_usual, 1), (s_small, 1.03), (s_large, 0.99)]).Setting);
        Assert.Equal(
            s_usual, Advise([(WayKind.Cursor, 1), (WayKind.OneMapping, 1)],
                [(s_usual, 1), (s_small, 1.5), (s_large, 0.99)]).Setting);
    }

    [Fact]
    public void OptionsThatMakeWindowsFasterCountForThem()
    {
        // With the user's options they took twice as long as the fastest; with larger windows as long.
        Advice advice = Advise([(WayKind.Cursor, 2), (WayKind.OneMapping, 1)], [(s_usual, 2), (s_large, 1)]);
        Assert.Equal((WayKind.Cursor, s_large), (advice.Way.Kind, advice.Setting));
        Assert.Contains(advice.Code, line => line.Contains("WindowSize = 256L << 20", StringComparison.Ordinal));
        Assert.Contains(advice.Code, line => line.Contains("MaxMappedBytes = 1024L << 20", StringComparison.Ordinal));
    }

    [Fact]
    public void ABudgetForAllIsTriedAndOneThatIsTooSmall()
    {
        List<Setting> enough = Setting.ForRecords(16 << 20, 8L << 30, 1 << 30);
        Assert.Equal(new Setting(16 << 20, 1L << 30), enough[0]);
        Assert.Contains(new Setting(16 << 20, 256 << 20), enough);

        List<Setting> tooLittle = Setting.ForRecords(16 << 20, 64 << 20, 1 << 30);
        Assert.Equal(new Setting(16 << 20, 64 << 20), tooLittle[0]);
        Assert.Contains(new Setting(16 << 20, 1L << 30), tooLittle);
    }

    [Fact]
    public void ABudgetForAllIsTheLengthOfTheFileBecauseOverlapsAreNotCharged()
    {
        using Sample sample = new();
        List<Setting> settings = Setting.ForRecords(16 << 20, 8L << 30, 64 << 20);
        Assert.Equal(["16 MiB, 64 MiB in all", "1 MiB, 64 MiB in all"], settings.Take(2).Select(each => $"{each}"));
        foreach (Setting setting in settings.Take(2))
        {
            using MapManager manager = setting.MakeManager();
            using MappedFile file = manager.Open(sample.Handle);
            for (long at = 0; at < file.Length; at += setting.WindowBytes) file.LeaseSpan(at, 1).Dispose();
            Assert.Equal((64L << 20, 0L), (manager.GetStatistics().MappedBytes, manager.GetStatistics().Evictions));
        }
    }

    private static Advice Advise((WayKind Kind, double Seconds)[] ways, (Setting Setting, double Seconds)[] tried) =>
        Advice.From(
        new Contest([.. ways.Select(way => Of(way.Kind, way.Seconds)).OrderBy(timing => timing.Seconds)], 0),
        [.. tried.Select(trial => (trial.Setting, Of(WayKind.Cursor, trial.Seconds)))],
        AccessPattern.Sequential);

    private static Timing Of(WayKind kind, double seconds) => Of(kind, seconds, seconds, seconds);

    private static Timing Of(WayKind kind, double seconds, double lower, double upper) =>
        new(new Way($"{kind}", kind, () => 0, () => 0), seconds, lower, upper);
}
