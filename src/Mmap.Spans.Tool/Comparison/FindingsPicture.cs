using System.Globalization;
using System.Runtime.CompilerServices;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>Draws the measurements as charts and prints the recommendations.</summary>
internal static class FindingsPicture
{
    /// <summary>The spread of rounds above which small differences mean little.</summary>
    private const double TooFarApart = 0.2;

    private const int WidestText = 100;

    private const double AlmostAll = 0.999;

    public static Picture Of(Findings findings, long fileLength, ToolConsole console)
    {
        var picture = new Picture();
        string Rate(double seconds) => $"{ByteSize.Format(findings.Length / seconds)}/s";
        string Each(double seconds) =>
            string.Create(CultureInfo.InvariantCulture, $"{seconds * 1e9 / RandomWays.Reads:0} ns each");

        Chart.Draw(picture, console, $"From start to end, {ByteSize.Format(findings.Length)}; shorter is better",
            findings.Sequential.Timings, Rate);
        string records = $"{new Amount(RandomWays.Reads, "record")} of {Amount.Bytes(findings.RecordBytes)}";
        Chart.Draw(picture, console, $"{records}, here and there",
            findings.Random.Timings, Each);
        DrawTrials(picture, console, $"{findings.Sequential.Ours.Way.Name}: size of a window, budget",
            findings.ScanTrials, Rate);
        DrawTrials(picture, console, $"{findings.Random.Ours.Way.Name}: size of a window, budget",
            findings.RecordTrials, Each);

        Write(picture, console, "For reading from start to end: ", findings.ScanAdvice);
        Write(picture, console, "For records here and there: ", findings.RecordAdvice);
        string inOrder = Checksum.Format(findings.Sequential.Sum), scattered = Checksum.Format(findings.Random.Sum);
        string same = $"All ways read the same bytes: CRC-32C {inOrder} in order, {scattered} here and there.";
        picture.Wrapped(same, 0, console.Width, Ink.Faint);
        foreach (string caveat in Caveats(findings, fileLength)) picture.Wrapped(caveat, 0, console.Width, Ink.Faint);
        return picture;
    }

    private static void DrawTrials(
        Picture picture,
        ToolConsole console,
        string title,
        List<(Setting Setting, Timing Timing)> trials,
        Func<double, string> figure)
    {
        if (trials.Count <= 1) return;
        IEnumerable<Timing> timings = trials.Select(trial => trial.Timing).OrderBy(timing => timing.Seconds);
        Chart.Draw(picture, console, title, [.. timings], figure);
    }

    private static void Write(Picture picture, ToolConsole console, string what, Advice advice)
    {
        picture.Add(what, Ink.Title).Line(advice.Way.Name, advice.Way.Ours ? Ink.Ours : Ink.Theirs);
        picture.Wrapped(advice.Reason, 0, Math.Min(console.Width, WidestText));
        foreach (string line in advice.Code) picture.Line($"  {line}", Ink.Faint);
        picture.Line();
    }

    private static IEnumerable<string> Caveats(Findings findings, long fileLength)
    {
        if (findings.Length < fileLength)
        {
            string part = $"{ByteSize.Format(findings.Length)} of {ByteSize.Format(fileLength)}";
            yield return $"Only the first {part} were read, and budgets are for that much; --length reads more.";
        }

        if (findings.Cached is { } cached && cached < AlmostAll)
            yield return $"Only {ByteSize.Percent(cached)} of it was in the system's cache in the end: "
                + "the disk is in these figures.";
        double spread = findings.Sequential.Timings.Concat(findings.Random.Timings).Max(timing => timing.Spread);
        if (spread > TooFarApart)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"The machine was not quiet: rounds differ by up to {spread:0%}. More --rounds would help.");
        if (!RuntimeFeature.IsDynamicCodeCompiled)
            yield return "This mspans was compiled ahead of time. "
                + "A program that is compiled as it runs may scan faster, in every way.";
    }
}
