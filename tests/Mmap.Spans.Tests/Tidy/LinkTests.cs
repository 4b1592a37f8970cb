using Xunit;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>A page links to what is there.</summary>
public sealed class LinkTests
{
    [Fact]
    public void LinksPointAtFilesThatExist()
    {
        Assert.NotEmpty(Repository.Pages);
        IEnumerable<Finding> broken = Repository.Pages.SelectMany(page => Links.Broken(page, Exists));
        Exemptions.Check("Links", "older than the rule", broken);
    }

    [Fact]
    public void ABrokenLinkIsFound()
    {
        var page = new SourceFile("src/README.md", """
            [one](there.md), [two](gone.md#part), [three](https://example.org/gone.md), `[four](gone.md)`,
            [five](#part), ![six](<also-gone.svg>), [`code`](gone.cs "a title")
            ```
            [seven](gone.md)
            ```
            [eight]: lost.md
            """);
        IEnumerable<Finding> broken = Links.Broken(page, path => path == Path.Combine("src", "there.md"));
        Assert.Equal(
            ["gone.md", "also-gone.svg", "gone.cs", "lost.md"],
            broken.Select(finding => finding.Key.Split(": ")[1]));
    }

    private static bool Exists(string path) => Path.Exists(Path.Combine(Repository.Root, path));
}
