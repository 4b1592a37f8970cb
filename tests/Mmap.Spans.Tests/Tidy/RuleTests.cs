using System.Text.RegularExpressions;
using Xunit;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>Each rule of the analyzers is described for users, and stands in the list of its release.</summary>
public sealed partial class RuleTests
{
    private const string Folder = "src/Mmap.Spans.Analyzers";

    [Fact]
    public void EachRuleHasItsRowItsSectionAndItsRelease()
    {
        string[] rules = [.. Id().Matches(Text("Rules.cs")).Select(match => match.Groups[1].Value).Order()];
        Assert.Equal(["MMS001", "MMS002", "MMS003", "MMS004", "MMS005"], rules);
        string readme = Text("README.md"), released = Text("AnalyzerReleases.Shipped.md")
            + Text("AnalyzerReleases.Unshipped.md");
        Assert.All(rules, rule =>
        {
            Assert.Contains($"| [{rule}](#{rule.ToLowerInvariant()}) |", readme, StringComparison.Ordinal);
            Assert.Contains($"\n## {rule}\n", readme, StringComparison.Ordinal);
            Assert.Equal(2, released.Split($"\n{rule} | ").Length);
        });
    }

    private static string Text(string name) =>
        File.ReadAllText(Path.Combine(Repository.Root, Folder, name)).ReplaceLineEndings("\n");

    [GeneratedRegex("\"(MMS\\d{3})\"")]
    private static partial Regex Id();
}
