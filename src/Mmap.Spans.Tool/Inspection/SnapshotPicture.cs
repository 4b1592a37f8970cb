using System.Globalization;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Inspection;

/// <summary>Draws a file's cached parts, its windows, the budget and the table's counters on one screen.</summary>
internal static class SnapshotPicture
{
    private const int WidestPicture = 120;
    private const int LabelWidth = 9;
    private const int LeastBar = 10;
    private const int LongestBar = 40;

    public static Picture Of(Snapshot snapshot, ToolConsole console)
    {
        int width = Math.Min(console.Width, WidestPicture);
        var picture = new Picture();
        picture.Wrapped($"{FileName.Quote(snapshot.Path)}: {Size(snapshot.Bytes)}", 0, width, Ink.Title);
        picture.Line();
        DrawCache(picture, snapshot, width, console.Unicode);
        if (snapshot.Reading is { } reading) DrawWindows(picture, snapshot, reading, width, console.Unicode);
        if (snapshot.Bytes > 0 && (snapshot.Now.Cells is not null || snapshot.Reading is not null))
        {
            DrawScale(picture, snapshot.Bytes, width);
            Strip.DrawLegend(picture, console.Unicode);
        }

        if (snapshot.Reading is not null) DrawNumbers(picture.Line(), snapshot.Reading, width, console.Unicode);
        return picture;
    }

    /// <summary>The number of stretches in a strip: one for each column.</summary>
    public static int CellsFor(ToolConsole console) => Math.Min(console.Width, WidestPicture);

    private static void DrawCache(Picture picture, Snapshot snapshot, int width, bool unicode)
    {
        const string Title = "In the system's cache";
        if (snapshot.Now.Cells is not { } cells)
        {
            picture.Wrapped($"{Title}: not known, {snapshot.Now.WhyUnknown}", 0, width);
            return;
        }

        string before = snapshot.Reading is not null ? $" ({Percent(snapshot.Before.Part)} before)" : "";
        picture.Wrapped($"{Title}: {Percent(snapshot.Now.Part)}, {Size(snapshot.Now.Bytes)}{before}", 0, width);
        Strip.Draw(picture, cells, width, unicode);
    }

    private static void DrawWindows(Picture picture, Snapshot snapshot, Reading reading, int width, bool unicode)
    {
        List<WindowUse> now = [.. reading.Windows.Where(window => window.Now > 0)];
        long windows = (snapshot.Bytes + reading.Options.WindowSize - 1) / reading.Options.WindowSize;
        string all = $"{new Amount(windows, "window")} of {Size(reading.Options.WindowSize)}";
        picture.Wrapped($"In windows now: {now.Count} of {all}", 0, width);
        IEnumerable<FileRange> ranges = now.Select(window => new FileRange(window.Offset, window.Length));
        Strip.Draw(picture, Strip.Cover(ranges, Math.Max(snapshot.Bytes, 1), width), width, unicode);
    }

    private static void DrawScale(Picture picture, long bytes, int width)
    {
        string middle = Size(bytes / 2.0), end = Size(bytes);
        int left = width / 2 - middle.Length / 2;
        picture.Line("0".PadRight(left) + middle + end.PadLeft(width - left - middle.Length), Ink.Faint);
    }

    private static void DrawNumbers(Picture picture, Reading reading, int width, bool unicode)
    {
        MapStatistics statistics = reading.Statistics;
        long budget = reading.Options.MaxMappedBytes;
        string held = $" {Size(statistics.MappedBytes)} of {Size(budget)}, most {Size(statistics.PeakMappedBytes)}";
        int columns = Math.Clamp(width - LabelWidth - held.Length, LeastBar, LongestBar);
        int full = (int)Math.Ceiling(columns * Math.Min((double)statistics.MappedBytes / budget, 1));
        picture.Add("Budget".PadRight(LabelWidth))
            .Add(new string(unicode ? '█' : '#', full), Ink.Ours)
            .Add(new string(unicode ? '░' : '-', columns - full), Ink.Faint)
            .Line(held);

        double seconds = Math.Max(reading.Elapsed.TotalSeconds, 1e-9);
        string time = string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s");
        string speed = $"{ByteSize.Format(reading.Bytes / seconds)}/s";
        Number(picture, "Read", $"{Size(reading.Bytes)} in {time}, {speed}", width);
        string copies = statistics.FallbacksToCopy > 0 ? $", {statistics.FallbacksToCopy} copied instead" : "";
        string moves = $"{new Amount(statistics.Maps, "map")}, {new Amount(statistics.Evictions, "eviction")}";
        Number(picture, "Table", $"{moves}, {statistics.LiveHeapLeases} held by leases{copies}", width);
        if (reading.Windows.MaxBy(window => window.Maps) is { Maps: > 1 } most)
        {
            int again = reading.Windows.Count(window => window.Maps > 1);
            string which = $"the one at {Size(most.Offset)} {most.Maps} times";
            string often = $"{new Amount(again, "range")} mapped more than once, {which}: the budget is small for this";
            Number(picture, "Again", often, width);
        }
    }

    private static void Number(Picture picture, string label, string text, int width)
    {
        foreach (string line in Lines.Wrap(text, width - LabelWidth))
        {
            picture.Line(label.PadRight(LabelWidth) + line);
            label = "";
        }
    }

    private static string Size(double bytes) => ByteSize.Format(bytes);

    private static string Percent(double? part) => ByteSize.Percent(part ?? 0);
}
