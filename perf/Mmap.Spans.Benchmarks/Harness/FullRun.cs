using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Order;
using BenchmarkDotNet.Running;
using Mmap.Spans.Benchmarks.Data;
using Perfolizer.Horology;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>
/// The full mode: BenchmarkDotNet, a process for each way of doing the work, then the table of the quick mode, and the
/// reports of both kept.
/// </summary>
internal static class FullRun
{
    /// <param name="arguments">BenchmarkDotNet's own, such as <c>--filter '*Miss*'</c>; all questions without any.</param>
    /// <param name="questions">What may be asked.</param>
    /// <returns>0, or 1 if something could not be measured.</returns>
    public static int Run(string[] arguments, IReadOnlyList<Question> questions)
    {
        bool all = arguments.Length == 0;
        if (all) arguments = ["--filter", "*"];

        using var data = new DataFolder();
        string root = Environment.GetEnvironmentVariable(Report.ResultsVariable) ?? Directory.GetCurrentDirectory();
        string folder = Report.FolderOfToday(root);
        Directory.CreateDirectory(folder);

        Job job = Job.Default.WithWarmupCount(6).WithIterationCount(12).WithIterationTime(TimeInterval.FromMilliseconds(250));
        IConfig config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogicalGroupRules(BenchmarkLogicalGroupRule.ByCategory)
            .WithOrderer(new DefaultOrderer(SummaryOrderPolicy.Declared))
            .AddLogger(ConsoleLogger.Default)
            .AddExporter(MarkdownExporter.GitHub)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "mmap-spans-benchmarks"));

        var summaries = BenchmarkSwitcher.FromTypes([.. questions.Where(question => !question.IsTimedByItsThreads).Select(question => question.GetType())]).Run(arguments, config).ToList();
        File.WriteAllText(Path.Combine(folder, "machine.txt"), Machine.Describe());
        foreach (var summary in summaries)
        {
            foreach (string report in Directory.GetFiles(summary.ResultsDirectoryPath, "*-report-github.md"))
                File.WriteAllText(Path.Combine(folder, ShortName(report)), File.ReadAllText(report).Replace("&#39;", "'", StringComparison.Ordinal));
        }

        if (all)
        {
            if (!QuickRun.TryTable(questions, out string table)) return 1;
            File.WriteAllText(Path.Combine(folder, "ratios.md"), table);
        }

        return summaries.Count > 0 && summaries.All(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;
    }

    /// <summary>The question's name from a report's, which begins with the namespace and ends with the exporter.</summary>
    private static string ShortName(string report)
    {
        string name = Path.GetFileName(report).Replace("-report-github.md", "", StringComparison.Ordinal);
        return name[(name.LastIndexOf('.') + 1)..] + ".md";
    }
}
