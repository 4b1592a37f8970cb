using System.Globalization;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>Timings as bars; the longest bar is the slowest way.</summary>
internal static class Chart
{
    private const int Indent = 2;
    private const int NameWidth = 25;
    private const int RatioWidth = 8;
    private const int FigureWidth = 13;
    private const int LeastBar = 6;
    private const int LongestBar = 60;

    /// <summary>Eighths of a block, from none to seven.</summary>
    private const string Eighths = " ▏▎▍▌▋▊▉";

    /// <summary>Draws one chart.</summary>
    /// <param name="picture">The picture to draw into.</param>
    /// <param name="console">The width and the character set.</param>
    /// <param name="title">The title.</param>
    /// <param name="timings">The timings, fastest first.</param>
    /// <param name="figure">Converts the seconds of a way into its figure, such as bytes per second.</param>
    public static void Draw(
        Picture picture, ToolConsole console, string title, List<Timing> timings, Func<double, string> figure)
    {
        int barWidth =
            Math.Clamp(console.Width - Indent - NameWidth - RatioWidth - FigureWidth - 1, LeastBar, LongestBar);
        picture.Line(title, Ink.Title);
        double fastest = timings.Min(timing => timing.Seconds), slowest = timings.Max(timing => timing.Seconds);
        foreach (Timing timing in timings)
        {
            Ink ink = timing.Way.Ours ? Ink.Ours : Ink.Theirs;
            string ratio =
                string.Create(CultureInfo.InvariantCulture, $"{timing.Seconds / fastest,RatioWidth - 1:0.00}x");
            picture
                .Add($"{new string(' ', Indent)}{timing.Way.Name.PadRight(NameWidth)}")
                .Add(Bar(barWidth * timing.Seconds / slowest, console.Unicode).PadRight(barWidth), ink)
                .Line($"{ratio} {figure(timing.Seconds),FigureWidth}");
        }

        picture.Line();
    }

    /// <summary>A bar of the given number of columns, never empty.</summary>
    private static string Bar(double columns, bool unicode)
    {
        if (!unicode) return new string('#', Math.Max((int)Math.Round(columns), 1));
        int eighths = Math.Max((int)Math.Round(8 * columns), 1);
        return new string('█', eighths / 8) + (eighths % 8 > 0 ? Eighths[eighths % 8].ToString() : "");
    }
}
