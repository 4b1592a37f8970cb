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
        AssertSame(SystemCommand.Run("wc", "-l", _one, _two), Mspans.RunProcess(["lines", _one, _two, .. Mspans.Small]));
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
            AssertSame(grep, Mspans.RunProcess(["grep", .. regex, .. options, .. Mspans.Small, "--", pattern, .. files]));
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
        string tool = Path.Combine(AppContext.BaseDirectory, "mspans.dll");
        Outcome outcome = SystemCommand.Run("sh", "-c", $"dotnet exec '{tool}' cat '{_one}' | head -c 10 | wc -c");
        Assert.Equal("10", outcome.Text.Trim());
        Assert.Equal("", outcome.Error);
    }

    [Fact]
    public void TwoRunsIntoOneFileDoNotOverwriteEachOther()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no shell of the usual kind here.");
        string tool = Path.Combine(AppContext.BaseDirectory, "mspans.dll"), both = _folder.PathOf("both");
        string cat = $"dotnet exec '{tool}' cat '{_two}' --length 3";
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

    private static void AssertSame(Outcome expected, Outcome actual)
    {
        Assert.Equal(expected.Text, actual.Text);
        Assert.Equal(expected.ExitCode, actual.ExitCode);
    }
}
