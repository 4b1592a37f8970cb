using System.Text.RegularExpressions;

namespace Mmap.Spans.Tool.Search;

/// <summary>A regular expression of .NET that is matched against lines, many at once where that can be.</summary>
/// <remarks>
/// The engine is .NET's <see cref="RegexOptions.NonBacktracking"/>: its time grows with the text only, and it needs
/// no compiler at run time, so that it is as quick in a program that was compiled ahead of time. An expression that it
/// does not take, one that looks around or refers back, is matched by the backtracking engine, line by line.
/// </remarks>
internal sealed class LineExpression
{
    private const RegexOptions Always = RegexOptions.CultureInvariant;

    private readonly Regex _line;

    /// <summary>The same for text of several lines; null if what is around a line could change the answer.</summary>
    private readonly Regex? _lines;

    /// <param name="pattern">The expression.</param>
    /// <param name="ignoreCase">Whether letters match in both cases.</param>
    /// <exception cref="ArgumentException">It is none.</exception>
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

    /// <summary>Whether <see cref="Search"/> may be called.</summary>
    public bool TakesManyLines => _lines is not null;

    /// <summary>Whether a line, without its line feed, matches.</summary>
    public bool IsMatch(ReadOnlySpan<char> line) => _line.IsMatch(line);

    /// <summary>Looks for the first match in text that begins with a line. No line before that match matches.</summary>
    /// <remarks>A match may run over the end of its line; then the line has to be asked by itself.</remarks>
    /// <returns>Where the match lies; null if there is none.</returns>
    public Range? Search(ReadOnlySpan<char> lines)
    {
        foreach (ValueMatch match in _lines!.EnumerateMatches(lines)) return match.Index..(match.Index + match.Length);
        return null;
    }

    /// <summary>Whether a match of one line is also one where other lines stand around it.</summary>
    /// <remarks>
    /// Anchors of the whole text and inline options stand against it. A pattern that only looks as if it had one, such
    /// as <c>\\A</c>, is refused too, and is slower for it.
    /// </remarks>
    private static bool IsAboutOneLine(string pattern)
    {
        foreach (string anchor in (string[])["\\A", "\\Z", "\\z", "\\G"])
        {
            if (pattern.Contains(anchor, StringComparison.Ordinal)) return false;
        }

        return !pattern.Replace("(?:", "", StringComparison.Ordinal).Contains("(?", StringComparison.Ordinal);
    }
}
