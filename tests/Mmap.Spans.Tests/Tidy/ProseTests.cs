using Xunit;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>Comments and pages in sentences that are read at full speed.</summary>
public sealed class ProseTests
{
    private const string Older = "older than the rule";

    private static IEnumerable<SourceFile> Shipped =>
        Repository.Code.Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal));

    /// <summary>Tests, measurements and scripts, without copies of the library's own text.</summary>
    private static IEnumerable<SourceFile> Others => Repository.Code.Except(Shipped).Where(file =>
        !file.Path.StartsWith("tests/Mmap.Spans.Scheduled/Twins/", StringComparison.Ordinal)
        && !file.Path.StartsWith("tests/Mmap.Spans.Mutants/Table/", StringComparison.Ordinal));

    [Fact]
    public void SentencesOfTheDocumentationAreShort() =>
        Exemptions.Check("LongSentences", Older, Shipped.Concat(Others).SelectMany(Prose.LongSentences));

    [Fact]
    public void SentencesOfPlainCommentsAreShort() =>
        Exemptions.Check(
            "LongSentencesOfComments", Older, Shipped.Concat(Others).SelectMany(Prose.LongSentencesOfPlainComments));

    [Fact]
    public void SentencesOfCommentsBeginWithANounOrAVerb() =>
        Exemptions.Check("ClausesAsSubjects", Older, Shipped.Concat(Others).SelectMany(Prose.ClausesAsSubjects));

    [Fact]
    public void SentencesOfPagesAreShort() =>
        Exemptions.Check("LongSentencesOfPages", Older, Pages.SelectMany(Prose.LongSentencesOfPage));

    [Fact]
    public void SummariesBeginWithANounOrAVerb() =>
        Exemptions.Check("ClausesAsSummaries", Older, Shipped.Concat(Others).SelectMany(Prose.ClausesAsSummaries));

    /// <summary>Every page but the kept results, which are the output of programs.</summary>
    private static IEnumerable<SourceFile> Pages =>
        Repository.Pages.Where(page => !page.Path.StartsWith("perf/results/", StringComparison.Ordinal));

    [Theory]
    [InlineData("/// <summary>{25}.</summary>\nint I;", 0)]
    [InlineData("/// <summary>{26}.</summary>\nint I;", 1)]
    [InlineData("/// <summary>{20}.</summary>\n/// <remarks>{20}.</remarks>", 0)]
    [InlineData("/// <param name=\"a\">{20}: {20}; b</param>", 0)]
    [InlineData("/// <summary>\n/// {13}\n/// {13}\n/// </summary>", 1)]
    [InlineData("/// {20} <see cref=\"A{B}\"/> <c>a b c d e f</c> <b>c</b>", 0)]
    [InlineData("/// {13} <code>{13}</code>", 0)]
    [InlineData("/// {13}\nint I;\n/// {13}", 0)]
    [InlineData("// {26}", 0)]
    public void ALongSentenceOfTheDocumentationIsFound(string code, int count) =>
        Assert.Equal(count, Prose.LongSentences(Words("a.cs", code)).Count());

    [Theory]
    [InlineData("// {26}", 1)]
    [InlineData("    // {13}\n    // {13}\n", 1)]
    [InlineData("// Order: {20}. {20}: {20}", 0)]
    [InlineData("// {13}\n//\n// {13}\nint I;\n// {13}", 0)]
    [InlineData("// {13}\n//   {26}\n/// {26}\n//// {26}", 0)]
    public void ALongSentenceOfAPlainCommentIsFound(string code, int count) =>
        Assert.Equal(count, Prose.LongSentencesOfPlainComments(Words("a.cs", code)).Count());

    [Theory]
    [InlineData("// What is leased stays.", 1)]
    [InlineData("// A lease.\n// Whoever holds it\n// ends it.", 1)]
    [InlineData("// Order: what is read: Who reads it is told.", 1)]
    [InlineData("/// <param name=\"a\">How many.</param>\n/// <returns>Whether it is.</returns>", 2)]
    [InlineData("// What is leased? A window, however long.", 0)]
    [InlineData("/// <summary>A lease keeps what it has.</summary>", 0)]
    [InlineData("string What; // Whatsoever", 0)]
    public void AClauseAsASubjectIsFound(string code, int count) =>
        Assert.Equal(count, Prose.ClausesAsSubjects(new("a.cs", code)).Count());

    [Theory]
    [InlineData("{25}.", 0)]
    [InlineData("{13}\n{13}.", 1)]
    [InlineData("{13}.\n{13}. {26}. (*{13}.*) {13}.", 1)]
    [InlineData("{13}\n\n{13}\n- {13}\n* {13}\n1. {13}", 0)]
    [InlineData("# {26}\n> {26}\n| {13} | {13} |\nRule | {13} | {13}", 0)]
    [InlineData("```\n{26}\n```\n{13} `{13}` [{10}](there)", 0)]
    [InlineData("{13}\n\n    {26}\n    {13}\n\n1. {13}\n   {13}", 1)]
    [InlineData("## 1.0\n{26}\n## Unreleased\n{26}", 2)]
    public void ALongSentenceOfAPageIsFound(string page, int count) =>
        Assert.Equal(count, Prose.LongSentencesOfPage(Words("a.md", page)).Count());

    [Fact]
    public void ReleasedSectionsOfTheChangelogAreNotRead()
    {
        string text = "# Changelog\n\n## [Unreleased]\n{26}\n## [1.0]\n{26}\n## 0.9\n{26}";
        IEnumerable<Finding> found = Prose.LongSentencesOfPage(Words("CHANGELOG.md", text));
        Assert.Equal(["CHANGELOG.md:4"], found.Select(finding => finding.Place.Split(' ')[0]));
    }

    [Theory]
    [InlineData("/// <summary>What a caller holds.</summary>", 1)]
    [InlineData("/// <summary>\n/// Whether a caller holds it.\n/// </summary>", 1)]
    [InlineData("/// <summary>True if a caller holds what it took.</summary>", 0)]
    [InlineData("/// <summary>Whatsoever.</summary>", 0)]
    [InlineData("/// <summary>What does a lease cost?</summary>", 0)]
    public void ASummaryThatBeginsWithAQuestionWordIsFound(string code, int count) =>
        Assert.Equal(count, Prose.ClausesAsSummaries(new("a.cs", code)).Count());

    /// <summary>A file in which each number in braces stands for so many words.</summary>
    private static SourceFile Words(string path, string text)
    {
        foreach (int count in (int[])[10, 13, 20, 25, 26])
        {
            string words = string.Join(' ', Enumerable.Repeat("word", count));
            text = text.Replace($"{{{count}}}", words, StringComparison.Ordinal);
        }

        return new(path, text);
    }
}
