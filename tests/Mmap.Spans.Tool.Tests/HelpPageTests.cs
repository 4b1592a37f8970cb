using Mmap.Spans.Tool.Terminal;
using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests;

public class HelpPageTests
{
    [Theory]
    [InlineData("lines")]
    [InlineData("grep")]
    [InlineData("hash")]
    [InlineData("cat")]
    [InlineData("probe")]
    [InlineData("compare")]
    [InlineData("inspect")]
    [InlineData("completion")]
    [InlineData("help")]
    public void EveryCommandHasAnExampleAndItsExitCodes(string command)
    {
        Outcome help = Mspans.Run(command, "--help");
        Assert.Equal(0, help.ExitCode);
        Assert.Contains("\nExamples:\n", help.Text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains($"mspans {command} ", help.Text, StringComparison.Ordinal);
        Assert.Contains("\nExit codes:\n", help.Text.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal(help.Text.Contains("<SIZE>", StringComparison.Ordinal),
            help.Text.Contains("\nSizes:", StringComparison.Ordinal));
        Assert.Contains($"  {command} ", Mspans.Run("--help").Text, StringComparison.Ordinal);
        Assert.Contains("A closed pipe is such a failure", Joined(help), StringComparison.Ordinal);

        Assert.Equal(help, Mspans.Run("help", command), SameText);
        string[] shortForm = command == "grep" ? ["grep", "-?"] : [command, "-h"];
        Assert.Equal(help, Mspans.Run(shortForm), SameText);
    }

    [Fact]
    public void HelpAloneListsTheCommands()
    {
        Outcome help = Mspans.Run("--help");
        Assert.Equal(help, Mspans.Run("help"), SameText);
        Assert.Equal(help, Mspans.Run("-h"), SameText);
    }

    [Fact]
    public void HelpIsShownWhateverStandsBeforeIt()
    {
        Assert.Equal(Mspans.Run("lines", "--help"), Mspans.Run("lines", "missing", "-h"), SameText);
        // In grep it is grep's own option.
        Outcome grep = Mspans.Run("grep", "-h", "x", "missing");
        Assert.Equal((2, ""), (grep.ExitCode, grep.Text));
    }

    private static bool SameText(Outcome one, Outcome other) =>
        (one.ExitCode, one.Text, one.Error) == (other.ExitCode, other.Text, other.Error);

    /// <summary>The help without its line breaks.</summary>
    private static string Joined(Outcome help) =>
        string.Join(' ', help.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void WhatIsTooLongForALineIsBrokenBetweenWords()
    {
        using var output = new MemoryStream();
        using var console = new ToolConsole(output, TextWriter.Null) { Width = 60 };
        Assert.Equal(0, Program.Run(["compare", "--help"], console));
        string[] lines = new Outcome(0, output.ToArray(), "").Text.Split('\n');
        Assert.All(lines, line => Assert.True(line.Length <= 60, line));
        Assert.Contains(lines, line => line.StartsWith("  # ", StringComparison.Ordinal));
    }
}
