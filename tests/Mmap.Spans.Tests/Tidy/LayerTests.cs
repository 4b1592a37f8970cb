using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>An arrow goes down, or to the contracts.</summary>
public sealed class LayerTests
{
    private static readonly Lazy<Arrow[]> s_arrows = new(() => Layers.Arrows(LibraryCode.Compilation));

    [Fact]
    public void EveryNameOfTheLibraryResolves() => Assert.Empty(LibraryCode.Errors(LibraryCode.Compilation));

    [Fact]
    public void ArrowsGoDownOrToTheContracts() => Assert.Empty(Layers.Upward(s_arrows.Value));

    [Fact]
    public void NoFoldersSeeEachOther() => Assert.Empty(Layers.StronglyConnected(s_arrows.Value));

    [Fact]
    public void AnArrowUpwardIsFoundWhereNoNameOfItsTypeStands()
    {
        // The pool names a member only, and the well has a type that is inferred.
        CSharpCompilation compilation = LibraryCode.Compile(
        [
            Parse("Memory/Pool.cs", "namespace N.Memory; class Pool { int Count() => Door.All.Count; }"),
            Parse("Memory/Door.cs", "namespace N.Memory; class Door { public static Manager All = new(); }"),
            Parse("Memory/Well.cs", "namespace N.Memory; class Well { void F() { var all = Door.All; } }"),
            Parse("Manager.cs", "namespace N; class Manager { public int Count; Memory.Door D = new(); Kind K; }"),
            Parse("Kind.cs", "namespace N; enum Kind { A }"),
        ]);
        Assert.Empty(LibraryCode.Errors(compilation));
        Arrow[] arrows = Layers.Arrows(compilation);

        Assert.Equal(
            [
                "Memory -> root: Pool sees Manager", "Memory -> root: Door sees Manager",
                "Memory -> root: Well sees Manager",
            ],
            Layers.Upward(arrows).Select(finding => finding.Key));
        Assert.Contains(arrows, arrow => arrow is { FromRoom: "root", ToRoom: "contracts", To: "Kind" });
        Assert.Equal(["Memory <-> root"], Layers.StronglyConnected(arrows).Select(finding => finding.Key));
    }

    [Fact]
    public void ARecordThatSeesALayerIsNoContract()
    {
        CSharpCompilation compilation = LibraryCode.Compile(
        [
            Parse("Memory/Pool.cs", "namespace N.Memory; class Pool { int Count(Options o) => o.Count; }"),
            Parse("Memory/Limits.cs", "namespace N.Memory; static class Limits { public const int Count = 1; }"),
            Parse("Options.cs", "namespace N; record Options { public int Count => Memory.Limits.Count; }"),
            Parse("Shown.cs", "namespace N; record Shown(Options Options);"),
            Parse("Plain.cs", "namespace N; record Plain(int Count);"),
            Parse("Memory/Well.cs", "namespace N.Memory; class Well { int Count(Plain o) => o.Count; }"),
        ]);
        Arrow[] arrows = Layers.Arrows(compilation);

        Assert.Equal(["Memory -> root: Pool sees Options"], Layers.Upward(arrows).Select(finding => finding.Key));
        Assert.DoesNotContain(arrows, arrow => arrow.From == "Shown");
        Assert.Equal(["Memory <-> root"], Layers.StronglyConnected(arrows).Select(finding => finding.Key));
    }

    private static SyntaxTree Parse(string path, string code) =>
        Repository.Parse(new(Repository.Library + path, "using N;\n" + code));
}
