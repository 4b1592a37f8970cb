using Xunit;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>The lists themselves: each disagreement is shown with the line that ends it.</summary>
public sealed class ExemptionsTests
{
    private static readonly Finding[] s_found = [new("a.cs", "a.cs:1"), new("a.cs", "a.cs:7"), new("b.cs", "b.cs:2")];

    [Fact]
    public void AListThatAgreesSaysNothing() =>
        Assert.Equal("", Exemptions.Difference("2 a.cs -- why\n1 b.cs -- because\n", s_found, "new"));

    [Fact]
    public void WhatIsNewIsShownWithItsPlaceAndTheLineToPaste() =>
        Assert.Equal(
            "  found: b.cs:2\n paste: 1 b.cs -- new\n",
            Exemptions.Difference("2 a.cs -- why\n", s_found, "new"));

    [Fact]
    public void MoreThanAnEntrySaysIsShownAndItsReasonKept() =>
        Assert.Equal(
            "  found: a.cs:1\n  found: a.cs:7\ndelete: 1 a.cs -- why\n paste: 2 a.cs -- why\n",
            Exemptions.Difference("1 a.cs -- why\n1 b.cs -- because\n", s_found, "new"));

    [Fact]
    public void FewerThanAnEntrySaysFailsToo() =>
        Assert.Equal(
            "delete: 3 a.cs -- why\n paste: 2 a.cs -- why\n",
            Exemptions.Difference("3 a.cs -- why\n1 b.cs -- because\n", s_found, "new"));

    [Fact]
    public void AnEntryThatIsNotNeededAnyMoreFails() =>
        Assert.Equal(
            "delete: 1 c.cs -- gone\n",
            Exemptions.Difference("2 a.cs -- why\n1 b.cs -- because\n1 c.cs -- gone\n", s_found, "new"));

    [Theory]
    [InlineData("2 a.cs")]
    [InlineData("a.cs -- why")]
    [InlineData("1 a.cs -- why\n1 a.cs -- why")]
    public void AListThatIsNotOneIsRefused(string listed) =>
        Assert.Throws<FormatException>(() => Exemptions.Difference(listed, s_found, "new"));
}
