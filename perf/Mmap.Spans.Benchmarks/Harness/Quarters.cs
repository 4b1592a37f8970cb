using System.Globalization;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>The median of some figures and the quarters on either side.</summary>
internal readonly record struct Quarters(double Low, double Median, double High)
{
    public static Quarters Of(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        double At(double share) => sorted[(int)(share * (sorted.Length - 1))];
        return new Quarters(At(0.25), At(0.5), At(0.75));
    }

    /// <summary>As tables have it, for example <c>1.20 (1.10-1.31)</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Median:0.00} ({Low:0.00}-{High:0.00})");
}
