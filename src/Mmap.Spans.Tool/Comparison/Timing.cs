namespace Mmap.Spans.Tool.Comparison;

/// <summary>How long one way took.</summary>
/// <param name="Way">The way.</param>
/// <param name="Seconds">The median of the rounds.</param>
/// <param name="LowerQuartile">A quarter of the rounds was quicker.</param>
/// <param name="UpperQuartile">A quarter of the rounds was slower.</param>
internal sealed record Timing(Way Way, double Seconds, double LowerQuartile, double UpperQuartile)
{
    /// <summary>How far the rounds lie apart, as a part of the median.</summary>
    public double Spread => (UpperQuartile - LowerQuartile) / Seconds;

    /// <summary>Makes one of the seconds that the rounds took.</summary>
    public static Timing Of(Way way, double[] seconds)
    {
        double[] ordered = [.. seconds.Order()];
        return new Timing(way, ordered[ordered.Length / 2], ordered[ordered.Length / 4], ordered[ordered.Length * 3 / 4]);
    }
}
