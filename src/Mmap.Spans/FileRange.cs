using System.Diagnostics;
using System.Globalization;

namespace Mmap.Spans;

/// <summary>A range of bytes of a file, <c>[Offset, Offset + Length)</c>.</summary>
/// <param name="Offset">The first byte, from the start of the file.</param>
/// <param name="Length">The number of bytes.</param>
[DebuggerDisplay("{DebuggerText,nq}")]
public readonly record struct FileRange(long Offset, long Length)
{
    /// <summary>One past the last byte; saturates at <see cref="long.MaxValue"/>.</summary>
    public long End => Length > 0 && Offset > long.MaxValue - Length ? long.MaxValue : Offset + Length;

    private string DebuggerText => ToString();

    /// <summary>The range as the half-open interval that messages use, such as <c>[10, 20)</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Offset}, {End})");

    /// <summary>The exception for an offset, a length or an option that is out of range.</summary>
    // The value is text, because the framework prints a number with the minus sign of the user's culture.
    internal static ArgumentOutOfRangeException Refused(string name, long value, string message) =>
        new(name, value.ToString(CultureInfo.InvariantCulture), message);
}
