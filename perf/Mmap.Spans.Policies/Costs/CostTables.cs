using System.Globalization;
using System.Text;
using Mmap.Spans.Policies.Traces;

namespace Mmap.Spans.Policies.Costs;

/// <summary>Runs every rule over every trace of leases, and writes what a lease costs as Markdown.</summary>
internal sealed class CostTables(CostModel costs)
{
    private static readonly (string Name, string Meaning, Func<Rule> Create)[] s_rules =
    [
        ("map", "every miss maps and drives another region out", () => new MapEveryMiss()),
        ("copy", "every miss in a full table copies", () => new CopyEveryMiss()),
        ("k = 2", "a window is mapped at its second miss in an epoch of ten copies a region", () => new AfterMisses(2)),
        ("k = 4", "at its fourth", () => new AfterMisses(4)),
        ("k = 8", "at its eighth", () => new AfterMisses(8)),
        ("k = 16", "at its sixteenth", () => new AfterMisses(16)),
        ("TinyLFU", "if it was leased more often of late than the victim, hits counted (no hit path could)",
            () => new TinyLfu()),
        ("shipped", "`Admission`, what the library ships", () => new ShippedRule()),
    ];

    private readonly StringBuilder _text = new();
    private readonly List<double[]> _rows = [];

    public override string ToString() => _text.ToString();

    public static string Legend() =>
        "| column | when a miss in a full table maps |\n|---|---|\n" +
        "| OPT | whoever knows all leases in advance says so; where a rule beats this choice, the rule's time |\n" +
        string.Concat(s_rules.Select(rule => $"| {rule.Name} | {rule.Meaning} |\n"));

    /// <summary>A table: one row a trace, window and budget.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="traces">The traces for a size of window.</param>
    /// <param name="shares">The budgets as shares of the file.</param>
    public void Add(string title, Func<int, IEnumerable<LeaseTrace>> traces, int[] windows, double[] shares)
    {
        Say($"### {title}: {costs.Name}\n");
        Say("| trace | window | budget | OPT | " + string.Join(" | ", s_rules.Select(rule => rule.Name)) + " |");
        Say("|---|---|--:|--:|" + string.Concat(s_rules.Select(_ => "--:|")));
        int first = _rows.Count;
        foreach (int window in windows)
        {
            foreach (LeaseTrace trace in traces(window))
            {
                foreach (double share in shares) AddRow(trace, window, share);
            }
        }

        Summarize([.. _rows.Skip(first)]);
    }

    /// <summary>The common part of all tables.</summary>
    public void AddSummary()
    {
        Say($"### All {_rows.Count} rows: {costs.Name}\n");
        Say("| | | | OPT | " + string.Join(" | ", s_rules.Select(rule => rule.Name)) + " |");
        Say("|---|---|--:|--:|" + string.Concat(s_rules.Select(_ => "--:|")));
        Summarize(_rows);
    }

    private void AddRow(LeaseTrace trace, int window, double share)
    {
        int most = Math.Max(1, (int)(trace.FileBytes * share / window));
        double[] times = [.. s_rules.AsParallel().AsOrdered().WithDegreeOfParallelism(2)
            .Select(rule => rule.Create().Run(trace, window, most, costs) / trace.Leases.Length)];
        double best = times.Min();
        double clairvoyant = Math.Min(best, new Clairvoyant(trace, window, most, costs).Run() / trace.Leases.Length);
        Say($"| {trace.Name} | {Size(window)} | {Number("{0:0.#} %", 100 * share)} | {Time(clairvoyant)} | " +
            string.Join(" | ", times.Select(time => time == best ? $"**{Time(time)}**" : Time(time))) + " |");
        _rows.Add([clairvoyant, .. times]);
    }

    private void Summarize(List<double[]> rows)
    {
        double Over(double[] row, int column) => row[column] / row[1..].Min();
        void Line(string name, Func<int, string> cell) =>
            Say($"| *{name}* | | | " + string.Join(" | ", Enumerable.Range(0, s_rules.Length + 1).Select(cell)) + " |");
        string Ratio(double ratio) => Number("{0:0.00}x", ratio);
        Line("worst, over the best of the row", column => Ratio(rows.Max(row => Over(row, column))));
        Line("geometric mean of that", column => Ratio(Math.Exp(rows.Average(row => Math.Log(Over(row, column))))));
        Line("mean over OPT", column => Ratio(Math.Exp(rows.Average(row => Math.Log(row[column] / row[0])))));
        Line("within 10 % of the best", column => $"{rows.Count(row => Over(row, column) <= 1.1)} of {rows.Count}");
        Say("");
    }

    private void Say(string line) => _text.Append(line).Append('\n');

    private static string Size(int bytes) => bytes < 1 << 20 ? $"{bytes >> 10} KiB" : $"{bytes >> 20} MiB";

    private static string Time(double microseconds) =>
        Number(microseconds < 1 ? "{0:0.000}" : "{0:0.00}", microseconds);

    private static string Number(string format, double number) =>
        string.Format(CultureInfo.InvariantCulture, format, number);
}
