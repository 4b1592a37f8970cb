using System.Globalization;
using System.Text;
using Mmap.Spans.Policies.Traces;

namespace Mmap.Spans.Policies;

/// <summary>
/// Runs every policy over every trace and writes the tables as Markdown. The same input gives the same text.
/// </summary>
internal sealed class Tables
{
    private static readonly Candidate[] Columns = [Candidate.Best, .. Candidate.Yardsticks, .. Candidate.Shippable];
    private static readonly int FirstShippable = 1 + Candidate.Yardsticks.Length;

    private readonly StringBuilder _text = new();
    private readonly List<(string Trace, double[] Means)> _traces = [];

    public override string ToString() => _text.ToString();

    public void Say(string line) => _text.Append(line).Append('\n');

    public void Legend()
    {
        Say("| column | what it is |\n|---|---|");
        foreach (Candidate column in Columns) Say($"| {column.Name} | {column.Meaning} |");
        Say("");
    }

    /// <summary>
    /// One row a trace and budget. The budgets are shares of the footprint, or counts of full windows.
    /// </summary>
    public void Add(string title, IEnumerable<Func<Trace>> traces, double[] shares, int[]? windows = null)
    {
        var rows = new List<double[]>();
        var body = new StringBuilder();
        foreach (Func<Trace> make in traces)
        {
            Trace trace = make();
            long footprint = trace.Footprint;
            (string Label, long Budget)[] budgets =
                trace.BudgetShare is { } own ? [($"1/{1 / own:0.##}", (long)(footprint * own))]
                : windows is null ? [.. shares.Select(s => ($"{s * 100:0.#} %", (long)(footprint * s)))]
                : [.. windows.Select(w => ($"{w} windows", w * trace.Bytes.Max()))];
            int first = rows.Count;
            foreach ((string label, long budget) in budgets)
            {
                double[] rates = [.. Columns.AsParallel().AsOrdered().WithDegreeOfParallelism(2)
                    .Select(c => 100.0 * (trace.Uses - c.Create().Run(trace, budget)) / trace.Uses)];
                rows.Add(rates);
                body.Append(Row($"{trace.Name} | {label}", rates)).Append('\n');
            }

            _traces.Add(($"{title} | {trace.Name}",
                [.. Columns.Select((_, c) => rows.Skip(first).Average(r => r[c]))]));
        }

        Say($"## {title}\n");
        Say("| trace | budget | " + string.Join(" | ", Columns.Select(c => c.Name)) + " |");
        Say("|---|---|" + string.Concat(Columns.Select(_ => "--:|")));
        _text.Append(body);
        Say(Summary("worst against LRU", c => rows.Min(r => r[c] - r[1])));
        Say(Summary("worst against the best yardstick", c => rows.Min(r => r[c] - BestOf(r))));
        Say(Summary("mean", c => rows.Average(r => r[c])));
        Say("");
    }

    /// <summary>One row a trace: the means over its budgets of the final figures.</summary>
    public void AddMeans(string title)
    {
        IEnumerable<int> shipped =
            Enumerable.Range(0, Columns.Length).Where(c => Columns[c].Name is "region" or "batches");
        int[] shown = [.. Enumerable.Range(0, FirstShippable), .. shipped];
        Say($"## {title}\n");
        Say("| table | trace | " + string.Join(" | ", shown.Select(c => Columns[c].Name)) + " |");
        Say("|---|---|" + string.Concat(shown.Select(_ => "--:|")));
        foreach ((string trace, double[] means) in _traces) Say(Row(trace, means, shown));
        Say("");
    }

    private static double BestOf(double[] rates) => rates[1..FirstShippable].Max();

    private static string Row(string head, double[] rates, int[]? shown = null)
    {
        double best = BestOf(rates);
        return $"| {head} | " + string.Join(" | ", (shown ?? [.. Enumerable.Range(0, rates.Length)])
            .Select(c => c switch
        {
            0 => Number(rates[c]),
            _ when c < FirstShippable => rates[c] == best ? $"**{Number(rates[c])}**" : Number(rates[c]),
            _ => Number(rates[c]) + (rates[c] < best - 5 ? " !" : "") + (rates[c] < rates[1] - 0.05 ? " ↓" : ""),
        })) + " |";
    }

    private static string Summary(string name, Func<int, double> value) =>
        $"| *{name}* | | " + string.Join(" | ", Columns.Select((_, c) => Number(value(c)))) + " |";

    private static string Number(double rate) => rate.ToString("0.0", CultureInfo.InvariantCulture);
}
