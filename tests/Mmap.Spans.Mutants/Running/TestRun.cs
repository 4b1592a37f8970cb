using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Mmap.Spans.Mutants.Running;

/// <summary>One run of a test program with one mutation on.</summary>
/// <param name="Failed">The test that failed first, or that hung, or how the process ended; null if all passed.</param>
/// <param name="Tests">The tests that ran.</param>
/// <param name="Seconds">The time of the run.</param>
internal sealed partial record TestRun(string? Failed, int Tests, double Seconds)
{
    /// <summary>After how many seconds a test that still runs is named.</summary>
    private const int LongSeconds = 30;

    /// <summary>Runs tests until one fails or the time is over.</summary>
    /// <param name="program">The test program.</param>
    /// <param name="mutant">The mutation; 0 for none.</param>
    /// <param name="limit">The time limit for all tests together.</param>
    /// <param name="filter">The tests to run.</param>
    public static TestRun Of(string program, int mutant, TimeSpan limit, IEnumerable<string> filter)
    {
        long started = Stopwatch.GetTimestamp();
        string[] always = ["-noLogo", "-noColor", "-noAutoReporters", "-stopOnFail", "-longRunning", $"{LongSeconds}"];
        var start = new ProcessStartInfo(program, [.. always, .. filter])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(program)!,
        };
        start.Environment[WorkCopy.Variable] = mutant.ToString(CultureInfo.InvariantCulture);
        using Process process = Process.Start(start)!;
        var said = new StringBuilder();
        void Take(object sender, DataReceivedEventArgs line)
        {
            lock (said) said.AppendLine(line.Data);
        }

        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        bool ended = process.WaitForExit(limit);
        // A child of it may be the one that hangs; readers of the output wait for the child as well.
        if (!ended) process.Kill(entireProcessTree: true);
        process.WaitForExit(TimeSpan.FromSeconds(10));
        string text;
        lock (said) text = said.ToString();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new TestRun(FailureIn(text, ended ? process.ExitCode : null), TestsIn(text), seconds);
    }

    private static int TestsIn(string text) => TotalLine().Match(text) is { Success: true } total
        ? int.Parse(total.Groups[1].Value, CultureInfo.InvariantCulture)
        : 0;

    /// <summary>The failure that an output reports.</summary>
    /// <param name="text">The output.</param>
    /// <param name="exitCode">The exit code; null if the time was over.</param>
    private static string? FailureIn(string text, int? exitCode)
    {
        if (FailedLine().Match(text) is { Success: true } failed) return Short(failed.Groups[1].Value);
        if (exitCode is null)
        {
            Match hung = LongLine().Match(text);
            return $"{(hung.Success ? Short(hung.Groups[1].Value) : "the run")} hangs";
        }

        if (exitCode == 0) return null;
        string? last = text.Split('\n').Select(line => line.Trim())
            .FirstOrDefault(line => line.StartsWith("Unhandled", StringComparison.Ordinal));
        return $"the process ended with {exitCode}{(last is null ? "" : $": {last[..Math.Min(last.Length, 100)]}")}";
    }

    /// <summary>A test's class and method, without its namespace and its arguments.</summary>
    private static string Short(string test)
    {
        string[] parts = test.Split('(')[0].Split('.');
        return string.Join('.', parts[^Math.Min(2, parts.Length)..]);
    }

    [GeneratedRegex(@"^\s+(\S.*) \[FAIL\]", RegexOptions.Multiline)]
    private static partial Regex FailedLine();

    [GeneratedRegex(@"\[Long Running Test\] '?(\S+?)'?,", RegexOptions.Multiline)]
    private static partial Regex LongLine();

    [GeneratedRegex(@"Total: (\d+)")]
    private static partial Regex TotalLine();
}
