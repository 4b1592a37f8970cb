using System.Globalization;
using System.Text;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>Rows as a table that reads well on a terminal and is Markdown as well.</summary>
internal static class RatioTable
{
    private static readonly string[] s_heads =
        ["work", "time", "against", "its time", "time ratio", "quarters", "bytes", "rounds", "core", "goal", ""];

    private const string Busy =
        "Busy: too few rounds had a core for themselves, so all are counted. Beside a busy hyper-thread a hit takes " +
        "up to twice its time.";

    public static string Write(IReadOnlyList<Row> rows)
    {
        List<string[]> lines = [s_heads, .. rows.Select(Cells)];
        int[] widths =
            [.. Enumerable.Range(0, s_heads.Length).Select(column => lines.Max(line => line[column].Length))];
        lines.Insert(
            1, [.. widths.Select((width, column) =>
                IsNumber(column) ? new string('-', Math.Max(width - 1, 1)) + ":" : new string('-', width))]);

        var text = new StringBuilder();
        foreach (string[] line in lines)
        {
            IEnumerable<string> cells =
                line.Select((cell, column) =>
                    IsNumber(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            text.Append("| ").AppendJoin(" | ", cells).Append(" |").AppendLine();
        }

        if (rows.Any(row => row.Core == Core.Busy))
            text.AppendLine().AppendLine(Busy);

        return text.ToString();
    }

    private static bool IsNumber(int column) => column is 1 or >= 3 and <= 7;

    private static string[] Cells(Row row) =>
    [
        row.Ours, Time(row.OurNanoseconds), row.Theirs, Time(row.TheirNanoseconds),
        Format("{0:0.000}x", row.Ratio), Format("{0:0.00}", row.LowRatio) + "-" + Format("{0:0.00}", row.HighRatio),
        double.IsNaN(row.Bytes) ? "" : Format("{0:0}", row.Bytes), Format("{0}", row.Rounds),
        row.Core switch { Core.Quiet => "quiet", Core.Busy => "busy", _ => "" }, row.Goal, row.Verdict,
    ];

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e3 => Format("{0:0.00} ns", nanoseconds),
        < 1e6 => Format("{0:0.00} us", nanoseconds / 1e3),
        _ => Format("{0:0.00} ms", nanoseconds / 1e6),
    };

    private static string Format(string format, double number) =>
        string.Format(CultureInfo.InvariantCulture, format, number);
}
