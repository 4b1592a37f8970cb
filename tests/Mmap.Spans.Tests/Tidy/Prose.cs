using System.Text.RegularExpressions;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>Rules for comments and pages: short sentences, and sentences that begin with a noun or a verb.</summary>
/// <remarks>Code, tables, headings, quotations and the released sections of the changelog are not sentences.</remarks>
internal static partial class Prose
{
    public const int MostWords = 25;

    private const string Documentation = "///", Plain = "//";

    /// <summary>Sentences of documentation that have more words than <see cref="MostWords"/>.</summary>
    public static IEnumerable<Finding> LongSentences(SourceFile code) => LongSentences(code, Documentation);

    /// <summary>Sentences of plain comments that have more words than <see cref="MostWords"/>.</summary>
    public static IEnumerable<Finding> LongSentencesOfPlainComments(SourceFile code) => LongSentences(code, Plain);

    /// <summary>Sentences of a page that have more words than <see cref="MostWords"/>.</summary>
    public static IEnumerable<Finding> LongSentencesOfPage(SourceFile page) =>
        from paragraph in Paragraphs(page)
        from sentence in Sentences(paragraph.Text)
        let finding = TooLong(page.Path, paragraph.Line, sentence)
        where finding is not null
        select finding.Value;

    /// <summary>Summaries that begin with a question word and ask no question.</summary>
    public static IEnumerable<Finding> ClausesAsSummaries(SourceFile code) =>
        from comment in Comments(code, Documentation)
        let summary = Clause().Match(comment.Text)
        where summary.Success
        select new Finding(code.Path, $"{code.Path}:{comment.Line} begins with '{summary.Groups[1].Value}'");

    /// <summary>Sentences of all comments whose subject is a clause with what, who, how or whether.</summary>
    public static IEnumerable<Finding> ClausesAsSubjects(SourceFile code) =>
        from comment in Comments(code, Documentation).Concat(Comments(code, Plain))
        from sentence in SentencesOfComment(comment.Text)
        where Subject().IsMatch(sentence)
        select new Finding(code.Path, $"{code.Path}:{comment.Line} has a clause as its subject: {sentence}");

    private static IEnumerable<Finding> LongSentences(SourceFile code, string mark) =>
        from comment in Comments(code, mark)
        from sentence in SentencesOfComment(comment.Text)
        let finding = TooLong(code.Path, comment.Line, sentence)
        where finding is not null
        select finding.Value;

    private static string[] SentencesOfComment(string text) =>
        Sentences(Part().Replace(Code().Replace(text, " X "), ". "));

    private static Finding? TooLong(string path, int line, string sentence)
    {
        int words = sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        return words > MostWords ? new Finding(path, $"{path}:{line} has {words} words: {sentence}") : null;
    }

    private static string[] Sentences(string text) =>
        End().Split(Spaces().Replace(Tag().Replace(text, ""), " ").Trim());

    /// <summary>Each run of comment lines with a mark as one text, with its first line, counted from 1.</summary>
    private static IEnumerable<(int Line, string Text)> Comments(SourceFile code, string mark)
    {
        int begin = 0;
        for (int line = 0; line <= code.Lines.Length; line++)
        {
            if (line < code.Lines.Length && IsProse(code.Lines[line].TrimStart(), mark)) continue;
            string[] comment = code.Lines[begin..line];
            if (line > begin)
                yield return (begin + 1, string.Join(' ', comment.Select(text => text.TrimStart()[mark.Length..])));
            begin = line + 1;
        }
    }

    /// <summary>A line of that mark. A plain comment is cut at empty and at indented lines, which are code.</summary>
    private static bool IsProse(string line, string mark) => mark == Documentation
        ? line.StartsWith(mark, StringComparison.Ordinal)
        : ProseLine().IsMatch(line);

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
                yield return (begin + 1, WithoutMarks(string.Join(' ', lines[begin..line])));
            begin = ends ? line + 1 : line;
        }
    }

    private static string WithoutMarks(string text) => Link().Replace(Span().Replace(text, "X"), "$1");

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

    [GeneratedRegex(@"<summary>\s*(What|Who|Whoever|How|Where|Whether|Which|When|Why)\b(?!(?:[^.]|\.\w)*\?)")]
    private static partial Regex Clause();

    [GeneratedRegex(@"^(?:\. )?(?:What|Whatever|Who|Whoever|Whose|How|Whether|Which|Why)\b(?!.*\?)")]
    private static partial Regex Subject();

    [GeneratedRegex(@"^// ?[^ /]")]
    private static partial Regex ProseLine();

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
