using System.Globalization;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Limits;

/// <summary>The real memory of copies: little more than the budget, and none once they are dropped.</summary>
public class CopiedMemoryTests
{
    private const long Mebibyte = 1 << 20;

    public static TheoryData<int, long, OverBudget> Loads => new()
    {
        { 1, 16 * Mebibyte, OverBudget.Exceed },
        { 2, 16 * Mebibyte, OverBudget.Exceed },
        { 4, 16 * Mebibyte, OverBudget.Exceed },
        { 1, 64 << 10, OverBudget.Exceed },
        { 4, Mebibyte, OverBudget.Exceed },
        { 1, 16 * Mebibyte, OverBudget.Fail },
        { 2, 16 * Mebibyte, OverBudget.Fail },
        { 4, 16 * Mebibyte, OverBudget.Fail },
        { 4, Mebibyte, OverBudget.Fail },
    };

    [Theory]
    [MemberData(nameof(Loads))]
    public void CopiesTakeTheirBudgetOfMemoryAndATrimGivesItBack(int threads, long windowBytes, OverBudget over)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Memory is told in /proc.");
        using var folder = new TemporaryFolder();
        Dictionary<string, long> numbers = ChildProcess.Run(
            "", "lease-copies", folder["file"], Text(threads), Text(windowBytes), over.ToString());
        TestContext.Current.SendDiagnosticMessage(
            $"budget {numbers["budget"]}, most {numbers["most"]}, after the trim {numbers["trimmed"]}.");
        Assert.InRange(numbers["most"], numbers["budget"] / 2, numbers["budget"] * 11 / 10 + 8 * Mebibyte);
        Assert.InRange(numbers["trimmed"], 1, 8 * Mebibyte);
    }

    [Fact]
    public void AStreamOverCopiesKeepsNoMoreThanTheWindowItStandsIn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Memory is told in /proc.");
        using var folder = new TemporaryFolder();
        Dictionary<string, long> numbers = ChildProcess.Run("", "stream-copies", folder["file"], "20");
        Assert.InRange(numbers["copied"], 1, numbers["window"]);
        Assert.InRange(numbers["most"], numbers["window"] / 2, numbers["window"] + 8 * Mebibyte);
    }

    /// <summary>Default options, and five times as many bytes of copies as there may be memory.</summary>
    [Theory]
    [InlineData("stream")]
    [InlineData("cursor")]
    public void ALongFileIsReadThroughCopiesInAContainerOfLittleMemory(string way)
    {
        const long Length = 1_500_000_000;
        using var group = new MemoryGroup(300 * Mebibyte);
        using SampleFile file = SampleFile.Sparse(Length);
        Dictionary<string, long> numbers = ChildProcess.Run(group.Enter, "scan-copies", file.Path, way);
        TestContext.Current.SendDiagnosticMessage($"{numbers["now"]} bytes of anonymous memory at the end.");
        Assert.Equal(Length, numbers["read"]);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
