namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>
/// The figures of one comparison: medians over the rounds, and the quarters of the ratio as its spread.
/// </summary>
/// <param name="Question">The question that the row answers.</param>
/// <param name="Ours">The way that is judged.</param>
/// <param name="Theirs">The way it is judged against.</param>
/// <param name="OurNanoseconds">One operation's time.</param>
/// <param name="TheirNanoseconds">The other's.</param>
/// <param name="Ratio">The median of the rounds' ratios.</param>
/// <param name="LowRatio">A quarter of the rounds were below.</param>
/// <param name="HighRatio">A quarter of the rounds were above.</param>
/// <param name="Bytes">Allocated by one operation; not a number where several threads did the work.</param>
/// <param name="Rounds">The rounds that were counted.</param>
/// <param name="Core">The state of the cores in those rounds.</param>
/// <param name="Goal">The goal, for a person.</param>
/// <param name="Verdict">"met", "missed" or nothing.</param>
internal sealed record Row(
    string Question, string Ours, string Theirs, double OurNanoseconds, double TheirNanoseconds,
    double Ratio, double LowRatio, double HighRatio, double Bytes, int Rounds, Core Core, string Goal, string Verdict)
{
    /// <summary>The same row, measured in another way of running code.</summary>
    public Row In(string way) => this with { Ours = $"{Ours}, {way}", Theirs = $"{Theirs}, {way}" };
}
