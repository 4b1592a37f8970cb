using System.Text.RegularExpressions;

namespace Mmap.Spans.Tool.Search;

/// <summary>A regular expression of .NET, matched against single lines, or many lines at once where possible.</summary>
/// <remarks>The engine is .NET's <see cref="RegexOptions.NonBacktracking"/>. Its time grows with the text only. It
/// needs no compiler at run time, so it is as fast in a program compiled ahead of time. The backtracking engine matches
/// expressions with look-around or backreferences, line by line.</remarks>
internal sealed class LineExpression
{
    private const RegexOptions Always = RegexOptions.CultureInvariant;

    private readonly Regex _line;

    /// <summary>The expression for text of several lines; null if neighbouring lines could change the answer.</summary>
    private readonly Regex? _lines;

    /// <param name="pattern">The expression.</param>
    /// <param name="ignoreCase">True if letters match in both cases.</param>
    /// <exception cref="ArgumentException">The expression is invalid.</exception>
    public LineExpression(string pattern, bool ignoreCase)
    {
        RegexOptions options = Always | (ignoreCase ? RegexOptions.IgnoreCase : 0);
        try
        {
            _line = new Regex(pattern, options | RegexOptions.NonBacktracking);
            if (IsAboutOneLine(pattern))
                _lines = new Regex(pattern, options | RegexOptions.NonBacktracking | RegexOptions.Multiline);
        }
        catch (NotSupportedException)
        {
            _line = new Regex(pattern, options | RegexOptions.Compiled);
        }
    }

    /// <summary>True if <see cref="Search"/> may be called.</summary>
    public bool TakesManyLines => _lines is not null;

    /// <summary>True if a line, without its line feed, matches.</summary>
    public bool IsMatch(ReadOnlySpan<char> line) => _line.IsMatch(line);

    /// <summary>Finds the first match in text that begins with a line. No line before it matches.</summary>
    /// <remarks>If a match runs over the end of its line, the caller must test that line by itself.</remarks>
    /// <returns>The range of the match; null if there is none.</returns>
    public Range? Search(ReadOnlySpan<char> lines)
    {
        foreach (ValueMatch match in _lines!.EnumerateMatches(lines)) return match.Index..(match.Index + match.Length);
        return null;
    }

    /// <summary>True if a match of one line is also a match among other lines.</summary>
    /// <remarks>False for anchors of the whole text and for inline options. A pattern that only looks like one, such as
    /// <c>\\A</c>, is refused as well; the search is then slower.</remarks>
    private static bool IsAboutOneLine(string pattern)
    {
        foreach (string anchor in (string[])["\\A", "\\Z", "\\z", "\\G"])
        {
            if (pattern.Contains(anchor, StringComparison.Ordinal)) return false;
        }

        return !pattern.Replace("(?:", "", StringComparison.Ordinal).Contains("(?", StringComparison.Ordinal);
    }
}
