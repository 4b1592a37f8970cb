using System.Globalization;
using Mmap.Spans.Scheduled.Scenarios;
using Mmap.Spans.Scheduled.Scheduling;
using Xunit;

[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Mmap.Spans.Scheduled;

/// <summary>The region table, in every scenario, under many schedules.</summary>
public sealed class ProtocolTests(ITestOutputHelper output)
{
    public static TheoryData<string> Scenarios => [.. Catalog.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void TheProtocolHolds(string name)
    {
        string? seed = Effort.SeedFor(name);
        Assert.SkipWhen(Effort.IsRepeating && seed is null, "Another scenario's schedule is repeated.");

        Scenario scenario = Catalog.All.Single(scenario => scenario.Name == name);
        var explorer = new Explorer(scenario, Effort.Seed);
        Finding? finding = seed is null ? explorer.Explore(Effort.DepthFirst, Effort.Random) : explorer.Repeat(seed);

        string all = explorer.IsExhausted ? ", all within the bounds" : "";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{explorer.Schedules} schedules, {explorer.Steps} steps{all}"));
        Assert.True(finding is null, finding?.ToString());
    }
}
