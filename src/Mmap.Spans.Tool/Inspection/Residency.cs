namespace Mmap.Spans.Tool.Inspection;

/// <summary>The part of a file that is in the page cache.</summary>
/// <param name="Cells">For each of several equal stretches its cached part, from 0 to 1; null if unknown.</param>
/// <param name="Bytes">The number of cached bytes.</param>
/// <param name="Part">The cached part of the whole, from 0 to 1; null if unknown.</param>
/// <param name="WhyUnknown">The reason it is unknown; null if it is known.</param>
internal sealed record Residency(double[]? Cells, long Bytes, double? Part, string? WhyUnknown)
{
    public static Residency Unknown(string why) => new(null, 0, null, why);
}
