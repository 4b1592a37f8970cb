using Microsoft.CodeAnalysis;
using Xunit;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>Widths, lengths, one public type a file, and the folder as the namespace.</summary>
public sealed class ShapeTests
{
    private const string Older = "older than the rule";

    [Fact]
    public void LinesHave120ColumnsAtMost() =>
        Exemptions.Check("Columns", Older, Repository.Code.SelectMany(Shapes.WideLines));

    [Fact]
    public void FilesOfSrcHave400LinesAtMost() =>
        Exemptions.Check("FileLines", Older, Repository.Code.Where(IsShipped).SelectMany(Shapes.LongFile));

    [Fact]
    public void BodiesOfSrcHave40LinesAtMost() =>
        Exemptions.Check("BodyLines", Older, Repository.ShippedTrees.SelectMany(Shapes.LongBodies));

    [Fact]
    public void AFileHasOneTopLevelPublicType() =>
        Exemptions.Check("PublicTypes", Older, Repository.Trees.SelectMany(Shapes.FurtherPublicTypes));

    [Fact]
    public void TheFolderIsTheNamespace() =>
        Exemptions.Check("Namespaces", Older, Repository.Trees.SelectMany(Shapes.StrayNamespaces));

    [Fact]
    public void EachShapeThatIsWrongIsFound()
    {
        var wide = new SourceFile("src/A/B/C.cs", new string('x', 120) + "\n" + new string('x', 121) + "\n");
        Assert.Equal([new("src/A/B", "src/A/B/C.cs:2 has 121 columns")], Shapes.WideLines(wide));

        SyntaxTree tree = Parse($$"""
            namespace A.B;
            public class C
            {
                void Long()
                {{{Lines(41)}}
                }
                void Short()
                {{{Lines(40)}}
                }
            }
            public class D;
            internal class E;
            """);
        Assert.Equal([new("src/A/B/C.cs", "src/A/B/C.cs:4 has a body of 41 lines")], Shapes.LongBodies(tree));
        Assert.Equal(["src/A/B/C.cs"], Shapes.FurtherPublicTypes(tree).Select(finding => finding.Key));
        Assert.Empty(Shapes.StrayNamespaces(tree));
        Assert.Single(Shapes.StrayNamespaces(Parse("namespace A; class C;")));
        Assert.Single(Shapes.StrayNamespaces(Parse("class C;")));
        Assert.Single(Shapes.LongFile(new("src/A/B/C.cs", "a" + Lines(400))));
        Assert.Empty(Shapes.LongFile(new("src/A/B/C.cs", "a" + Lines(399))));
    }

    private static string Lines(int count) => string.Concat(Enumerable.Repeat("\n;", count));

    private static SyntaxTree Parse(string text) => Repository.Parse(new("src/A/B/C.cs", text));

    private static bool IsShipped(SourceFile file) => file.Path.StartsWith("src/", StringComparison.Ordinal);
}
