using System.Text.RegularExpressions;
using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Terminal;

/// <summary>The output on a real terminal, of several kinds.</summary>
public sealed partial class ScreenTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _path;

    public ScreenTests() => _path = _folder.Write("text", Texts.Random(1, 50 * Mspans.Window, 300));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("TERM=xterm-256color", true, true)]
    [InlineData("TERM=xterm-256color NO_COLOR=1", false, true)]
    [InlineData("TERM=dumb", false, false)]
    public void ATerminalGetsWhatItCanShow(string environment, bool colours, bool moves)
    {
        string shown = RunOnTerminal(environment, $"inspect '{_path}' -- lines");
        Assert.Equal(colours, Colour().IsMatch(shown));
        Assert.Equal(moves, shown.Contains(HideCursor, StringComparison.Ordinal));
        Assert.Equal(moves, shown.Contains(ShowCursor, StringComparison.Ordinal));
        Assert.Contains("evictions, 0 held by leases", shown, StringComparison.Ordinal);
        Assert.All(Escape().Replace(shown, "").Split('\n'), line =>
            Assert.True(line.Contains("text", StringComparison.Ordinal) || line.TrimEnd('\r').Length <= 60, line));
    }

    [Theory]
    [InlineData("grep -c a {0}", "grep -ac a {0}")]
    [InlineData("grep -hn b {0} missing", "grep -ahn b {0}; echo 'mspans: missing: There is no such file.'")]
    [InlineData("cat {0}", "cat {0}")]
    [InlineData("lines {0}", "wc -l {0}")]
    [InlineData("hash {0}", "sha256sum {0}")]
    public void WhatIsNoPictureIsOnATerminalWhatOthersPrintThere(string command, string other)
    {
        string file = _folder.Write("short", "a\nab\n");
        string With(string line) => line.Replace("{0}", $"'{file}'", StringComparison.Ordinal);
        Assert.Equal(OnTerminal(With(other)), RunOnTerminal("TERM=xterm-256color", With(command)));
    }

    [Fact]
    public void WhatIsPipedHasNoEscapes() =>
        Assert.DoesNotContain('\x1b', Mspans.RunProcess("inspect", _path, "--", "lines").Text);

    private const string HideCursor = "\x1b[?25l";
    private const string ShowCursor = "\x1b[?25h";

    private static string RunOnTerminal(string environment, string arguments) =>
        OnTerminal($"env -u NO_COLOR {environment} {Mspans.ShellCommand} {arguments}");

    private static string OnTerminal(string commands)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The terminal is that of Linux.");
        SystemCommand.SkipWithout("script");
        string command = $"stty cols 60 rows 40; {commands}";
        // The terminal needs a standard input of its own.
        return SystemCommand.Run("sh", "-c", "script -q -e -c \"$1\" /dev/null < /dev/null", "sh", command).Text;
    }

    [GeneratedRegex(@"\x1b\[([0-9;]*;)?(3[0-8]|9[0-7])(;[0-9;]*)?m")]
    private static partial Regex Colour();

    /// <summary>Escape sequences that move, hide and colour; a person does not read them.</summary>
    [GeneratedRegex(@"\x1b[\[][0-9;?]*[A-Za-z]|\x1b[=>]")]
    private static partial Regex Escape();
}
