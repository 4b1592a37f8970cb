using Mmap.Spans.Tool.Terminal;
using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests;

public class ComplaintTests
{
    [Theory]
    [InlineData("There is no command 'grp'; did you mean 'grep'?", "", "grp", "x", "f")]
    [InlineData("There is no command 'grp'; did you mean 'grep'?", "help ", "help", "grp")]
    [InlineData("'--heap' is no option of mspans; did you mean '--help'? "
        + "An argument that begins with a dash goes after '--'.",
        "", "--heap")]
    [InlineData("There is no command 'version'; did you mean '--version'?", "", "version")]
    [InlineData("There is no command 'frobnicate'.", "", "frobnicate")]
    [InlineData("No command is given.", "")]
    [InlineData("No PATTERN is given.", "grep ", "grep")]
    [InlineData("No FILE is given; '-' is standard input.", "grep ", "grep", "x")]
    [InlineData("No FILE is given.", "cat ", "cat")]
    [InlineData("No SHELL is given.", "completion ", "completion")]
    [InlineData("'b' is one argument too many.", "cat ", "cat", "a", "b")]
    [InlineData("--budget needs a value.", "lines ", "lines", "--budget")]
    [InlineData("'lots' is no size; write 4096, 64KiB, 16MiB or 1GiB.", "lines ", "lines", "--budget", "lots", "f")]
    [InlineData("--budget is at least one window, 16 MiB; for less, give a smaller --window, too.",
        "lines ", "lines", "--budget", "1MiB", "f")]
    [InlineData("There is no digest 'crc32'; there are sha256, sha512, sha1, md5.",
        "hash ", "hash", "-a", "crc32", "f")]
    [InlineData("There is no script for 'cmd'; there are those for bash, zsh, fish, pwsh.",
        "completion ", "completion", "cmd")]
    [InlineData(
        "'--windw' is no option of mspans lines; did you mean '--window'? "
        + "An argument that begins with a dash goes after '--'.",
        "lines ", "lines", "--windw", "f")]
    [InlineData("'-v' is no option of mspans grep; its short options are -?, -H, -P, -c, -h, -i, -n. "
        + "An argument that begins with a dash goes after '--'.",
        "grep ", "grep", "-v", "x", "f")]
    [InlineData("'--invert' is no option of mspans grep. An argument that begins with a dash goes after '--'.",
        "grep ", "grep", "--invert", "x", "f")]
    public void WhatIsWrongIsNamedInTheWordsOfTheTool(string complaint, string command, params string[] args)
    {
        Outcome outcome = Mspans.Run(args);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.Equal(
            $"mspans: {complaint}\nmspans: Try 'mspans {command}--help'.\n", outcome.Error.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void AMessageHasNothingThatATerminalWouldObey()
    {
        using var error = new StringWriter();
        using var console = new ToolConsole(Stream.Null, error);
        Assert.Equal(2, Program.Run(["\u001b[31m"], console));
        Assert.DoesNotContain('\u001b', error.ToString());
    }
}
