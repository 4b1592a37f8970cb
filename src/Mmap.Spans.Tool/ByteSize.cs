using System.Globalization;

namespace Mmap.Spans.Tool;

/// <summary>Byte sizes as users write them: <c>4096</c>, <c>64KiB</c>, <c>16MiB</c>, <c>1GiB</c>.</summary>
internal static class ByteSize
{
    private static readonly string[] s_units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>
    /// Parses digits and an optional unit, in any case; <c>K</c>, <c>M</c>, <c>G</c>, <c>T</c> are accepted.
    /// </summary>
    /// <returns>False if the text is no byte size, or a size that a <see cref="long"/> cannot hold.</returns>
    public static bool TryParse(string text, out long bytes)
    {
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits < 0) digits = text.Length;
        bytes = 0;
        if (!long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            return false;

        ReadOnlySpan<char> unit = text.AsSpan(digits).TrimStart(' ');
        int power = unit.IsEmpty ? 0 : Array.FindIndex(s_units, Matches(unit.ToString()));
        if (power < 0 || number > long.MaxValue >> (10 * power)) return false;
        bytes = number << (10 * power);
        return true;
    }

    /// <summary>The number in the largest unit of which there is at least one, such as <c>1.5 GiB</c>.</summary>
    public static string Format(double bytes)
    {
        int power = 0;
        while (bytes >= 1024 && power < s_units.Length - 1)
        {
            bytes /= 1024;
            power++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes:0.##} {s_units[power]}");
    }

    /// <summary>A percentage, rounded down: 100% means everything, and a small part is not shown as zero.</summary>
    public static string Percent(double part)
    {
        double percent = Math.Floor(part * 100);
        return percent == 0 && part > 0 ? "less than 1%" : string.Create(CultureInfo.InvariantCulture, $"{percent}%");
    }

    private static Predicate<string> Matches(string unit) => known =>
        known.Equals(unit, StringComparison.OrdinalIgnoreCase)
        || known.Length == 3 && known.AsSpan(0, 1).Equals(unit, StringComparison.OrdinalIgnoreCase);
}
