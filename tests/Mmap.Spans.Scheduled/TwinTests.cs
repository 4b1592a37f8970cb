using System.Diagnostics;
using System.Globalization;
using Mmap.Spans.Scheduled.Scheduling;
using Mmap.Spans.Scheduled.Twins;
using Xunit;

namespace Mmap.Spans.Scheduled;

/// <summary>
/// Every bug that is put into the table on purpose is found. Otherwise the green runs beside this prove nothing.
/// </summary>
public sealed class TwinTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. TwinTable.All.Select(twin => twin.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheTwinIsCaught(string name)
    {
        Twin twin = TwinTable.All.Single(twin => twin.Name == name);
        long began = Stopwatch.GetTimestamp();
        IReadOnlyList<Scenario> scenarios = TwinCompiler.ScenariosOf(twin);
        double compiled = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Finding? finding =
            Hunt(scenarios.OrderByDescending(scenario => scenario.Name == twin.Scenario), 1, out int schedules);
        double caught = Stopwatch.GetElapsedTime(began).TotalSeconds;

        Assert.True(finding is not null, $"The twin {name} survived {schedules} schedules.");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: caught after {schedules} schedules ({caught - compiled:F2} s, compiled in {compiled:F2} s) "
            + $"by {finding.Seed}\n{finding.Failure.Split('\n')[0]}"));
    }

    [Fact]
    public void TheLibraryItselfIsNoTwin()
    {
        Finding? finding = Hunt(TwinCompiler.ScenariosOf(new Twin("unchanged", "")), 20, out _);
        Assert.True(finding is null, finding?.ToString());
    }

    /// <summary>Explores scenarios one after the other, each with a share of an ordinary run's effort.</summary>
    private static Finding? Hunt(IEnumerable<Scenario> scenarios, int share, out int schedules)
    {
        schedules = 0;
        foreach (Scenario scenario in scenarios)
        {
            var explorer = new Explorer(scenario, Effort.Seed);
            Finding? finding = explorer.Explore(Effort.DepthFirst / share, Effort.Random / share);
            schedules += explorer.Schedules;
            if (finding is not null) return finding;
        }

        return null;
    }
}
