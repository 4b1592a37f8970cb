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
            foreach ((string label, long budget) in budgets)
            {
                double[] rates = [.. Columns.AsParallel().AsOrdered().WithDegreeOfParallelism(2)
                    .Select(c => 100.0 * (trace.Uses - c.Create().Run(trace, budget)) / trace.Uses)];
                rows.Add(rates);
                body.Append(Row($"{trace.Name} | {label}", rates)).Append('\n');
            }
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

    private static double BestOf(double[] rates) => rates[1..FirstShippable].Max();

    private static string Row(string head, double[] rates)
    {
        double best = BestOf(rates);
        return $"| {head} | " + string.Join(" | ", rates.Select((rate, c) => c switch
        {
            0 => Number(rate),
            _ when c < FirstShippable => rate == best ? $"**{Number(rate)}**" : Number(rate),
            _ => Number(rate) + (rate < best - 5 ? " !" : "") + (rate < rates[1] - 0.05 ? " ↓" : ""),
        })) + " |";
    }

    private static string Summary(string name, Func<int, double> value) =>
        $"| *{name}* | | " + string.Join(" | ", Columns.Select((_, c) => Number(value(c)))) + " |";

    private static string Number(double rate) => rate.ToString("0.0", CultureInfo.InvariantCulture);
}
