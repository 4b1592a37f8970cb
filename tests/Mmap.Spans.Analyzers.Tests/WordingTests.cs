using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace Mmap.Spans.Analyzers.Tests;

/// <summary>Messages and descriptions of the rules.</summary>
public sealed class WordingTests
{
    [Theory]
    [InlineData(
        "void M(MappedFile f) { var l = {|#0:f.LeaseMemory(0, 8)|}; }",
        "The memory lease that 'LeaseMemory' makes is never disposed; declare it with 'using'")]
    [InlineData(
        "int M(MappedFile f) => {|#0:f.LeaseSpan(0, 8)|}.Span[0];",
        "The span lease that 'LeaseSpan' makes is never disposed; give it a variable with 'using'")]
    [InlineData(
        "void M(MappedFile f, bool b) { var l = {|#0:f.LeaseMemory(0, 8)|}; if (b) return; l.Dispose(); }",
        "The memory lease that 'LeaseMemory' makes is not disposed on every path; declare it with 'using', "
        + "or dispose it in a 'finally'")]
    public Task OfALeaseThatIsLost(string members, string message) => Verify.Message("MMS001", message, members);

    [Theory]
    [InlineData(
        "void M(MappedFile f) { var r = {|#0:f.CreatePipeReader()|}; r.TryRead(out _); }",
        "The reader that 'CreatePipeReader' makes is never completed; it pins its windows for ever")]
    [InlineData(
        "void M(MappedFile f) { _ = {|#0:f.CreatePipeReader()|}; }",
        "The reader that 'CreatePipeReader' makes is never completed; it pins its windows for ever")]
    [InlineData(
        "void M(MappedFile f, bool b) { var r = {|#0:f.CreatePipeReader()|}; if (b) r.Complete(); }",
        "The reader that 'CreatePipeReader' makes is not completed on every path; it pins its windows for ever")]
    public Task OfAReaderThatIsLost(string members, string message) => Verify.Message("MMS005", message, members);

    /// <summary>Inside one window the earlier span stays good.</summary>
    [Fact]
    public Task OfASpanThatMayStillBeGood() => Verify.Message(
        "MMS002", "'a' shows bytes that the cursor may have let go at 'c.GetSpan(8, 8)'",
        "int M(WindowCursor c) { var a = c.GetSpan(0, 8); var b = c.GetSpan(8, 8); return {|#0:a|}[0] + b[0]; }");

    [Fact]
    public void EachRuleNamesItsPageInThePackage()
    {
        DiagnosticAnalyzer[] all =
        [
            new UndisposedAnalyzer(), new EndedViewAnalyzer(), new OutlivingMemoryAnalyzer(),
            new UncompletedReaderAnalyzer(),
        ];
        Assert.All(
            all.SelectMany(analyzer => analyzer.SupportedDiagnostics),
            rule => Assert.Contains("RULES.md", rule.Description.ToString(), StringComparison.Ordinal));
    }
}
