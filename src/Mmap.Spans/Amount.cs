using System.Globalization;

namespace Mmap.Spans;

/// <summary>A number of things, as people read it: <c>1 region</c>, <c>2 regions</c>, <c>2 copies</c>.</summary>
/// <param name="Number">The number.</param>
/// <param name="One">The word for one of them.</param>
/// <param name="More">The word for more of them; by default with an <c>s</c>.</param>
internal readonly record struct Amount(long Number, string One, string? More = null) : IFormattable
{
    /// <summary>The number and the word, the same in every culture.</summary>
    public override string ToString() => ToString(null, null);

    /// <inheritdoc cref="ToString()"/>
    /// <param name="format">The format of the number, such as <c>N0</c>.</param>
    /// <param name="formatProvider">Not used: messages are in English.</param>
    public string ToString(string? format, IFormatProvider? formatProvider) =>
        $"{Number.ToString(format, CultureInfo.InvariantCulture)} "
        + (Number == 1 ? One : More ?? One + "s");

    /// <summary>A number of bytes.</summary>
    public static Amount Bytes(long number) => new(number, "byte");
}
