using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Running;
using Mmap.Spans.Benchmarks.Data;
using Perfolizer.Horology;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>
/// BenchmarkDotNet for the methods of a question that is being worked on: its diagnosers, its listings, its statistics.
/// The table against the goals is the paired run's alone, and so are the results that are kept.
/// </summary>
internal static class BenchmarkDotNetRun
{
    /// <param name="arguments">BenchmarkDotNet's own, such as <c>--filter '*Miss*'</c>.</param>
    /// <param name="questions">The questions to choose from.</param>
    /// <returns>0, or 1 if something could not be measured.</returns>
    public static int Run(string[] arguments, IReadOnlyList<Question> questions)
    {
        using var data = new DataFolder();
        Job job = Job.Default
            .WithWarmupCount(6).WithIterationCount(12).WithIterationTime(TimeInterval.FromMilliseconds(250));
        IConfig config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogicalGroupRules(BenchmarkLogicalGroupRule.ByCategory)
            .WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared))
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "mmap-spans-benchmarks"));

        Type[] types = [.. from question in questions where !question.IsTimedByItsThreads select question.GetType()];
        var summaries = BenchmarkSwitcher.FromTypes(types).Run(arguments, config).ToList();
        bool measured = summaries.Count > 0 && summaries.TrueForAll(
            summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success));
        return measured ? 0 : 1;
    }
}
