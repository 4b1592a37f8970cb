using System.Diagnostics;
using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests;

/// <summary>The real process beside the programs it is measured by.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _one;
    private readonly string _two;

    public ProcessTests()
    {
        _one = _folder.Write("one", Texts.Random(1, 50 * Mspans.Window, longestLine: 3 * Mspans.Window));
        _two = _folder.Write("two", Texts.Random(2, 3 * Mspans.Window, longestLine: 300));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LinesPrintsWhatWcPrints()
    {
        SystemCommand.SkipWithout("wc");
        AssertSame(SystemCommand.Run("wc", "-l", _one), Mspans.RunProcess(["lines", _one, .. Mspans.Small]));
        AssertSame(SystemCommand.Run("wc", "-l", _one, _two),
            Mspans.RunProcess(["lines", _one, _two, .. Mspans.Small]));
    }

    [Theory]
    [InlineData("-F", "ab.")]
    [InlineData("-F", "ab.", "-n")]
    [InlineData("-F", "ab.", "-ci")]
    [InlineData("-F", "bé", "-in")]
    [InlineData("-F", "nowhere")]
    [InlineData("-P", "^a+b.*é$", "-n")]
    [InlineData("-P", "^$", "-c")]
    public void GrepPrintsWhatGrepPrints(string kind, string pattern, params string[] options)
    {
        SystemCommand.SkipWithout("grep");
        string[] regex = kind == "-P" ? ["--regex"] : [];
        foreach (string[] files in (string[][])[[_one], [_one, _two], [_two, _folder.PathOf("missing")]])
        {
            Outcome grep = SystemCommand.Run("grep", ["-a", kind, .. options, "--", pattern, .. files]);
            AssertSame(grep,
                Mspans.RunProcess(["grep", .. regex, .. options, .. Mspans.Small, "--", pattern, .. files]));
        }
    }

    [Theory]
    [InlineData("sha256")]
    [InlineData("sha512")]
    [InlineData("sha1")]
    [InlineData("md5")]
    public void HashPrintsWhatTheSumsPrint(string algorithm)
    {
        SystemCommand.SkipWithout($"{algorithm}sum");
        AssertSame(
            SystemCommand.Run($"{algorithm}sum", _one, _two),
            Mspans.RunProcess(["hash", "--algorithm", algorithm, _one, _two, .. Mspans.Small]));
    }

    [Fact]
    public void AReaderThatGoesEndsTheRunWithoutAWord()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell of the usual kind here.");
        Outcome outcome = SystemCommand.Run("sh", "-c", $"{Mspans.ShellCommand} cat '{_one}' | head -c 10 | wc -c");
        Assert.Equal("10", outcome.Text.Trim());
        Assert.Equal("", outcome.Error);
    }

    [Fact]
    public void ANameWithALineFeedIsPrintedAsWcPrintsIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "No such names there.");
        SystemCommand.SkipWithout("wc");
        string strange = _folder.Write("one\ntwo\t\u0001\n", "a\n");
        AssertSame(SystemCommand.Run("wc", "-l", strange), Mspans.RunProcess("lines", strange));
    }

    [Theory]
    [InlineData("lines")]
    [InlineData("grep a")]
    [InlineData("hash")]
    [InlineData("cat")]
    [InlineData("probe --size 1")]
    [InlineData("compare")]
    [InlineData("inspect")]
    public void ANameThatIsNotUtf8IsSaidToBeThat(string command)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems refuse such names, or have none.");
        string name = $"\"{_folder.PathOf("non")}$(printf '\\377\\376')utf8\"";
        Outcome named =
            SystemCommand.Run("sh", "-c", $"printf 'a\\n' > {name}; {Mspans.ShellCommand} {command} {name}");
        // .NET cannot delete such a file.
        Outcome atInput =
            SystemCommand.Run("sh", "-c", $"exec < {name}; rm {name}; {Mspans.ShellCommand} {command} -");
        Assert.Equal(command.StartsWith("grep", StringComparison.Ordinal) ? 2 : 1, named.ExitCode);
        Assert.EndsWith(
            "utf8: Its name is not UTF-8, so .NET cannot pass it on. "
            + "A command that reads standard input takes it as '- < FILE'.\n",
            named.Error, StringComparison.Ordinal);
        if (command is not ("compare" or "inspect")) Assert.Equal((0, ""), (atInput.ExitCode, atInput.Error));
    }

    [Fact]
    public void TwoRunsIntoOneFileDoNotOverwriteEachOther()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell of the usual kind here.");
        string both = _folder.PathOf("both"), cat = $"{Mspans.ShellCommand} cat '{_two}' --length 3";
        Assert.Equal(0, SystemCommand.Run("sh", "-c", $"({cat}; {cat}) > '{both}'").ExitCode);
        Assert.Equal(File.ReadAllBytes(_two)[..3].Concat(File.ReadAllBytes(_two)[..3]), File.ReadAllBytes(both));
    }

    [Fact]
    public void HelpAndVersionAreForStrangers()
    {
        Outcome help = Mspans.RunProcess("grep", "--help");
        Assert.Equal(0, help.ExitCode);
        Assert.Contains("PATTERN", help.Text, StringComparison.Ordinal);
        Assert.Equal(0, Mspans.RunProcess("--version").ExitCode);
    }

    [Theory]
    [InlineData("lines", "wc -l")]
    [InlineData("grep -c ab", "grep -c ab")]
    [InlineData("hash", "sha256sum")]
    public void AFileAtStandardInputIsReadAsItIsAndAPipeIfItIsAskedFor(string command, string other)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell of the usual kind here.");
        string tool = $"{Mspans.ShellCommand} {command}";
        AssertSame(SystemCommand.Run("sh", "-c", $"{other} < '{_one}'"),
            SystemCommand.Run("sh", "-c", $"{tool} < '{_one}'"));
        AssertSame(SystemCommand.Run("sh", "-c", $"cat '{_one}' | {other} -"),
            SystemCommand.Run("sh", "-c", $"cat '{_one}' | {tool} -"));
        AssertSame(SystemCommand.Run("sh", "-c", $"(read x; {other}) < '{_one}'"),
            SystemCommand.Run("sh", "-c", $"(read x; {tool}) < '{_one}'"));

        Outcome unasked = SystemCommand.Run("sh", "-c", $"cat '{_one}' | {tool}");
        Assert.Equal(2, unasked.ExitCode);
        Assert.Contains("write '-' to read it", unasked.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void WithNothingAtStandardInputASampleIsCounted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell of the usual kind here.");
        Assert.EndsWith(" sample\n", SystemCommand.Run("sh", "-c", $"{Mspans.ShellCommand} lines < /dev/null").Text,
            StringComparison.Ordinal);
    }

    /// <summary>
    /// A run in the background, or under <c>trap '' INT</c>, inherits an ignored signal. Only a program that restores
    /// the signal, as GNU's <c>env</c> can, hands on one that ends a process.
    /// </summary>
    private static string WithUsualSignals =>
        SystemCommand.Run("env", "--default-signal=INT,TERM", "true").ExitCode == 0
            ? "env --default-signal=INT,TERM" : "";

    [Fact]
    public void ASampleIsGoneWhateverEndsTheProcess()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell of the usual kind here.");
        string folder = Directory.CreateDirectory(_folder.PathOf("temporary")).FullName;
        foreach (string signal in (string[])["-INT", "-TERM", "-KILL"])
        {
            // Small windows take a while, so that the signal most often comes in time; if not, once more.
            int exitCode = 0;
            for (int attempt = 0; exitCode == 0 && attempt < 10; attempt++)
                exitCode = CountASampleUntil(signal, folder);
            Assert.NotEqual(0, exitCode);
            Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        }
    }

    private static int CountASampleUntil(string signal, string temporaryFolder)
    {
        string sizes = $"--window {Mspans.Window} --budget {Mspans.Window}";
        string command = $"exec {WithUsualSignals} {Mspans.ShellCommand} lines {sizes} < /dev/null";
        var start = new ProcessStartInfo("sh", ["-c", command])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true
        };
        start.Environment["TMPDIR"] = temporaryFolder;
        // The runtime has a socket of its own there otherwise.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using Process process = Process.Start(start)!;
        Assert.Contains("No FILE is given", process.StandardError.ReadLine(), StringComparison.Ordinal);
        SystemCommand.Run("kill", signal, $"{process.Id}");
        process.WaitForExit();
        return process.ExitCode;
    }

    private static void AssertSame(Outcome expected, Outcome actual)
    {
        Assert.Equal(expected.Text, actual.Text);
        Assert.Equal(expected.ExitCode, actual.ExitCode);
    }
}
