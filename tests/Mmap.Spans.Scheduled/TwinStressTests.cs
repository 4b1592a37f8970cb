using System.Diagnostics;
using System.Globalization;
using Mmap.Spans.Scheduled.Twins;
using Xunit;

namespace Mmap.Spans.Scheduled;

/// <summary>
/// The same bugs in the whole library, on real threads: the stress finds them, or the twin says why it cannot. Each
/// twin runs as long as the library itself, in which the same stress finds nothing with the same seeds. If a twin gets
/// away, it runs again with other seeds, because a seed does not repeat the timing of two processors.
/// </summary>
public sealed class TwinStressTests(ITestOutputHelper output)
{
    /// <summary>
    /// The tries of a twin. Hardly one in a hundred gets away once, but beside other work some got away four times.
    /// </summary>
    private const int MostTries = 12;

    public static TheoryData<string> Names =>
        [.. TwinTable.All.Where(twin => twin.Stress is not null).Select(twin => twin.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheStressCatchesTheTwin(string name)
    {
        Twin twin = TwinTable.All.Single(twin => twin.Name == name);
        Assert.SkipWhen(twin.NeedsTwoProcessors
            && Environment.ProcessorCount < 2, "Here threads never run at the same time.");
        using var stressed = new StressedTwin(twin);
        long began = Stopwatch.GetTimestamp();
        string? found = null;
        for (int number = 0; number < MostTries && found is null; number++)
            found = stressed.Run(TimeFor(twin.Stress!), seed: 1 + 1000 * number, twin.Stress!);
        Assert.True(found is not null, $"The twin {name} survived the stress.");
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture,
                $"{name}: {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s, {found.Split('\n')[0]}"));
    }

    public static TheoryData<string> Kinds =>
        [.. TwinTable.All.Select(twin => twin.Stress).OfType<string>().Distinct()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheSameStressFindsNothingInTheLibraryItself(string kind)
    {
        using var stressed = new StressedTwin(new Twin("unchanged", ""));
        Assert.Null(stressed.Run(TimeFor(kind), seed: 1, kind));
    }

    [Fact]
    public void EachTwinIsStressedOrSaysWhyNot()
    {
        Assert.All(TwinTable.All, twin =>
            Assert.True(twin.Stress is null != twin.Unseen is null, $"{twin}: either a kind of stress, or why none."));
        Assert.True(Names.Count >= 10);
    }

    /// <summary>
    /// Processor time. The trims hunt a store that becomes visible late: two processors must be at it at the same
    /// moment. Nothing else takes that long.
    /// </summary>
    private static TimeSpan TimeFor(string kind) =>
        TimeSpan.FromSeconds(kind switch { "trims" => 20, "rounds" => 10, _ => 6 });
}
