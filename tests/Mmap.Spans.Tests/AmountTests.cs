using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Mmap.Spans.Tests.Infrastructure;
using Mmap.Spans.Tests.Tidy;
using Xunit;

namespace Mmap.Spans.Tests;

/// <summary>A text for people that has a number says <c>1 region</c> and <c>2 regions</c>.</summary>
public sealed partial class AmountTests
{
    [Theory]
    [InlineData(0, "0 regions", "0 copies")]
    [InlineData(1, "1 region", "1 copy")]
    [InlineData(2, "2 regions", "2 copies")]
    [InlineData(-1, "-1 regions", "-1 copies")]
    [InlineData(1001, "1001 regions", "1001 copies")]
    public void OneIsSingular(long number, string regions, string copies)
    {
        Assert.Equal(regions, new Amount(number, "region").ToString());
        Assert.Equal(copies, $"{new Amount(number, "copy", "copies")}");
    }

    [Fact]
    public void TheNumberIsTheSameInEveryCulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (strange.NumberFormat.NegativeSign, strange.NumberFormat.NumberGroupSeparator) = ("minus", ".");
            CultureInfo.CurrentCulture = strange;
            Assert.Equal("-5 bytes, 1,234 bytes", $"{Amount.Bytes(-5)}, {Amount.Bytes(1234):N0}");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void TheStatisticsAndTheReportSayOneOfEach()
    {
        var one = new MapStatistics
        {
            Regions = 1,
            OpenFiles = 1,
            OpenHandles = 1,
            LiveHeapLeases = 1,
            Misses = 1,
            Maps = 1,
            Copies = 1,
            Evictions = 1,
            MapFailuresRetried = 1,
            FallbacksToCopy = 1,
            UnreadableRegions = 1,
        };
        Assert.EndsWith(
            " in 1 region (peak 0), 0 over budget; 1 file, 1 handle, 1 reference; so far 1 miss, 1 map, "
            + "1 read instead of a map, 1 eviction, 1 retry, 1 fallback to copies, 1 unreadable region",
            one.ToString(), StringComparison.Ordinal);
        Assert.EndsWith(
            " in 0 regions (peak 0), 0 over budget; 0 files, 0 handles, 0 references; so far 0 misses, 0 maps, "
            + "0 reads instead of maps, 0 evictions, 0 retries, 0 fallbacks to copies, 0 unreadable regions",
            new MapStatistics().ToString(), StringComparison.Ordinal);
        var report = new ReleaseReport { RegionsDropped = 1, HandlesClosed = 1, Held = [new HeldFile("a", 1)] };
        Assert.Equal("1 region dropped, 1 handle closed; still held: 'a' by 1 lease", report.ToString());
        Assert.Equal(
            "'a' by 2 leases and 1 stream or reader, 'b' by 0 leases and 2 streams or readers",
            $"{new HeldFile("a", 2) { Streams = 1 }}, {new HeldFile("b", 0) { Streams = 2 }}");
    }

    [Fact]
    public void TheDumpSaysOneOfEach()
    {
        using SampleFile sample = SampleFile.OfLength(100), other = SampleFile.OfLength(100);
        using var manager = new MapManager(new MapManagerOptions { TrackLeases = true });
        using MappedFile file = manager.Open(sample.Path), idle = manager.Open(other.Path);
        using MemoryLease lease = file.LeaseMemory(0, 1);
        idle.Dispose();
        string dump = manager.Dump();
        Assert.Contains(", for 1 file\n", dump.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        const string SoFar =
            "So far: 1 miss, 1 map, 0 reads instead of maps, 0 evictions, 0 retries, 0 fallbacks to copies";
        Assert.Contains(SoFar, dump, StringComparison.Ordinal);
        Assert.Contains(" 1 reference (heap leases", dump, StringComparison.Ordinal);
        Assert.Contains("1 live, 1 byte, taken at", dump, StringComparison.Ordinal);
        Assert.Contains("1 reference, 0 spans", dump, StringComparison.Ordinal);
    }

    [Fact]
    public void NoShippedTextPutsABareNumberBeforeAPlural() =>
        Assert.Empty(Repository.ShippedTrees.SelectMany(BarePlurals));

    [Theory]
    [InlineData("$\"{Regions} regions\"", 1)]
    [InlineData("$\"{now.Files:N0} files, {2} handles\"", 2)]
    [InlineData("\"Loaded {2} bytes at {1}\"", 1)]
    [InlineData("$\"{new Amount(1, \\\"region\\\")} and {Option} is missing\"", 0)]
    [InlineData("number is { } bytes", 0)]
    public void ABareNumberBeforeAPluralIsFound(string expression, int found) =>
        Assert.Equal(found, BarePlurals(CSharpSyntaxTree.ParseText($"_ = {expression};")).Count());

    private static IEnumerable<string> BarePlurals(SyntaxTree tree) =>
        from node in tree.GetRoot().DescendantNodes()
        let text = node switch
        {
            InterpolatedStringExpressionSyntax inserted => string.Concat(inserted.Contents.Select(Plain)),
            LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) =>
                literal.Token.ValueText,
            _ => "",
        }
        from Match bare in BarePlural().Matches(text)
        select $"{Repository.Place(node)}: {bare}";

    private static string Plain(InterpolatedStringContentSyntax content) =>
        content is InterpolationSyntax ? "{0}" : content.ToString();

    /// <summary>An inserted value and a plural; verbs, units and fractions aside.</summary>
    [GeneratedRegex(@"\{\d\} (?!(is|was|needs|s|ns|times)\b)[a-z]+s\b")]
    private static partial Regex BarePlural();
}
