namespace Mmap.Spans.Tool.Inspection;

/// <summary>How much of a file is in the system's cache.</summary>
/// <param name="Cells">Of each of so many equal stretches of the file the part that is there, from 0 to 1; null if it is not known.</param>
/// <param name="Bytes">The bytes that are there.</param>
/// <param name="Part">The part of the whole, from 0 to 1; null if it is not known.</param>
/// <param name="WhyUnknown">Why it is not known; null if it is.</param>
internal sealed record Residency(double[]? Cells, long Bytes, double? Part, string? WhyUnknown)
{
    public static Residency Unknown(string why) => new(null, 0, null, why);
}
