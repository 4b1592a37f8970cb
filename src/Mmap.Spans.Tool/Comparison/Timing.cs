namespace Mmap.Spans.Tool.Comparison;

/// <summary>The measured time of one way.</summary>
/// <param name="Way">The way.</param>
/// <param name="Seconds">The median of the rounds.</param>
/// <param name="LowerQuartile">The time below which a quarter of the rounds lie.</param>
/// <param name="UpperQuartile">The time above which a quarter of the rounds lie.</param>
internal sealed record Timing(Way Way, double Seconds, double LowerQuartile, double UpperQuartile)
{
    /// <summary>The distance of the quartiles, relative to the median.</summary>
    public double Spread => (UpperQuartile - LowerQuartile) / Seconds;

    /// <summary>Makes a timing from the seconds of the rounds.</summary>
    public static Timing Of(Way way, double[] seconds)
    {
        double[] ordered = [.. seconds.Order()];
        return new Timing(way, ordered[ordered.Length / 2], ordered[ordered.Length / 4],
            ordered[ordered.Length * 3 / 4]);
    }
}
