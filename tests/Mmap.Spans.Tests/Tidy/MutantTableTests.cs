using Mmap.Spans.Mutants.Table;
using Xunit;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>The table of mutations follows the sources: each row's text stands in its file once.</summary>
public sealed class MutantTableTests
{
    [Fact]
    public void EachRowStandsInItsFileOnceAndNamesTestsThatExist() => Assert.Empty(AllRows.Problems(Repository.Root));

    [Fact]
    public void ATextThatStandsTwiceOrNowhereIsFound()
    {
        var row = new Row(1, "src/Mmap.Spans/A.cs", "b;", "c;", "wrong", "Tests");
        Assert.Equal("a; if (MutantSwitch.Is(1)) { c; } else { b; }", $"a; {row.Both}");
        Assert.Equal(3..5, row.In("a; b; c;"));
        Assert.Throws<InvalidOperationException>(() => row.In("a; b; b;"));
        Assert.Throws<InvalidOperationException>(() => row.In("a;"));
        Assert.Equal("(MutantSwitch.Is(1) ? (c) : (b))", (row with { Old = "b", New = "c" }).Both);
        Assert.Equal("b || MutantSwitch.Is(1)", (row with { Old = "b", New = "b || Mutated" }).Both);
    }
}
