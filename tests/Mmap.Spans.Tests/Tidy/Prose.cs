using System.Text.RegularExpressions;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>Rules for documentation comments and pages: short sentences, and summaries that name a thing.</summary>
/// <remarks>Code, tables, headings, quotations and the released sections of the changelog are not sentences.</remarks>
internal static partial class Prose
{
    public const int MostWords = 25;

    /// <summary>Sentences of documentation comments that have more words than <see cref="MostWords"/>.</summary>
    public static IEnumerable<Finding> LongSentences(SourceFile code) =>
        from comment in Comments(code)
        from sentence in Sentences(Part().Replace(Code().Replace(comment.Text, " X "), ". "))
        let finding = TooLong(code.Path, comment.Line, sentence)
        where finding is not null
        select finding.Value;

    /// <summary>Sentences of a page that have more words than <see cref="MostWords"/>.</summary>
    public static IEnumerable<Finding> LongSentencesOfPage(SourceFile page) =>
        from paragraph in Paragraphs(page)
        from sentence in Sentences(paragraph.Text)
        let finding = TooLong(page.Path, paragraph.Line, sentence)
        where finding is not null
        select finding.Value;

    /// <summary>Summaries that begin with a question word: a clause in place of a noun or a verb.</summary>
    public static IEnumerable<Finding> ClausesAsSummaries(SourceFile code) =>
        from comment in Comments(code)
        let summary = Clause().Match(comment.Text)
        where summary.Success
        select new Finding(code.Path, $"{code.Path}:{comment.Line} begins with '{summary.Groups[1].Value}'");

    private static Finding? TooLong(string path, int line, string sentence)
    {
        int words = sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        return words > MostWords ? new Finding(path, $"{path}:{line} has {words} words: {sentence}") : null;
    }

    private static string[] Sentences(string text) =>
        End().Split(Spaces().Replace(Tag().Replace(text, ""), " ").Trim());

    /// <summary>Each run of documentation lines as one text, with the line it begins in, counted from 1.</summary>
    private static IEnumerable<(int Line, string Text)> Comments(SourceFile code)
    {
        int begin = 0;
        for (int line = 0; line <= code.Lines.Length; line++)
        {
            if (line < code.Lines.Length && code.Lines[line].TrimStart().StartsWith("///", StringComparison.Ordinal))
                continue;
            string[] comment = code.Lines[begin..line];
            if (line > begin) yield return (begin + 1, string.Join(' ', comment.Select(text => text.TrimStart()[3..])));
            begin = line + 1;
        }
    }

    /// <summary>Each paragraph and each item of a list, without code and marks, with its first line.</summary>
    private static IEnumerable<(int Line, string Text)> Paragraphs(SourceFile page)
    {
        string text = Fence().Replace(page.Text, fence => new string('\n', fence.Value.Count(c => c == '\n')));
        if (page.Path == "CHANGELOG.md") text = Released().Replace(text, "");
        string[] lines = text.Split('\n');
        int begin = 0;
        for (int line = 0; line <= lines.Length; line++)
        {
            bool ends = line == lines.Length || lines[line].Trim().Length == 0 || NoProse().IsMatch(lines[line]);
            if (!ends && !Item().IsMatch(lines[line])) continue;
            if (line > begin && !lines[begin].StartsWith("    ", StringComparison.Ordinal))
                yield return (begin + 1, Plain(string.Join(' ', lines[begin..line])));
            begin = ends ? line + 1 : line;
        }
    }

    private static string Plain(string text) => Link().Replace(Span().Replace(text, "X"), "$1");

    [GeneratedRegex(@"<code>.*?</code>|<c>.*?</c>|<(?:see|seealso|paramref|typeparamref)\b[^>]*/>")]
    private static partial Regex Code();

    [GeneratedRegex(
        @"</?(?:summary|remarks|para|param|typeparam|returns|value|exception|list|item|term|description)\b[^>]*>")]
    private static partial Regex Part();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"(?<=[.!?:]['"")*]*) ")]
    private static partial Regex End();

    [GeneratedRegex(@"<summary>\s*(What|Who|Whoever|How|Where|Whether|Which|When|Why)\b")]
    private static partial Regex Clause();

    [GeneratedRegex(@"^[ ]*```.*?^[ ]*```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^## (?!\[?Unreleased).*?(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Released();

    [GeneratedRegex(@"^\s*(?:[#>]|.*\|.*\|)|^.+ \| .+ \|")]
    private static partial Regex NoProse();

    [GeneratedRegex(@"^\s*(?:[-*]|\d+\.) ")]
    private static partial Regex Item();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Span();

    [GeneratedRegex(@"!?\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();
}
