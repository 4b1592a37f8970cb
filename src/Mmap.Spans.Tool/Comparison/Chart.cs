using System.Globalization;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>Timings as bars of text; the longest bar is the slowest way.</summary>
internal static class Chart
{
    private const int BarWidth = 30;

    /// <param name="console">Where it goes.</param>
    /// <param name="title">What is compared.</param>
    /// <param name="timings">Fastest first.</param>
    /// <param name="figure">What a way achieved, from its seconds, such as bytes per second.</param>
    public static void Print(ToolConsole console, string title, List<Timing> timings, Func<double, string> figure)
    {
        console.Write($"{title}\n");
        double fastest = timings[0].Seconds, slowest = timings[^1].Seconds;
        foreach (Timing timing in timings)
        {
            string bar = new('█', Math.Max((int)Math.Round(BarWidth * timing.Seconds / slowest), 1));
            string ratio = (timing.Seconds / fastest).ToString("0.00", CultureInfo.InvariantCulture);
            console.Write($"  {timing.Way.Name,-26} {bar.PadRight(BarWidth)} {ratio,6}x  {figure(timing.Seconds)}\n");
        }

        console.Write("\n");
    }
}
