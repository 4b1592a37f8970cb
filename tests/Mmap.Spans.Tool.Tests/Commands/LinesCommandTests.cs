using System.Text.Json;
using Mmap.Spans.Tool.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Commands;

public sealed class LinesCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    public void LineFeedsAtTheEdgesOfWindowsAreCountedOnce(int beside)
    {
        byte[] text = new byte[8 * Mspans.Window];
        Array.Fill(text, (byte)'x');
        for (int edge = Mspans.Window; edge < text.Length; edge += Mspans.Window) text[edge + beside] = (byte)'\n';
        string path = _folder.Write("edges", text);

        Assert.Equal($"7 {path}\n", Mspans.Run(["lines", path, .. Mspans.Small]).Text);
    }

    [Fact]
    public void AFileOfLineFeedsHasAsManyLinesAsBytes()
    {
        byte[] text = new byte[5 * Mspans.Window + 17];
        Array.Fill(text, (byte)'\n');
        string path = _folder.Write("feeds", text);

        Assert.Equal($"{text.Length} {path}\n", Mspans.Run(["lines", path, .. Mspans.Small]).Text);
    }

    [Fact]
    public void AnEmptyFileHasNoLines()
    {
        string path = _folder.Write("empty", "");
        Assert.Equal($"0 {path}\n", Mspans.Run("lines", path).Text);
    }

    [Fact]
    public void SeveralFilesHaveATotalAndAColumn()
    {
        string one = _folder.Write("one", "a\nb\n"), two = _folder.Write("two", new string('\n', 120));

        Outcome outcome = Mspans.Run("lines", one, two);

        Assert.Equal($"  2 {one}\n120 {two}\n122 total\n", outcome.Text);
        Assert.Equal(0, outcome.ExitCode);
    }

    [Fact]
    public void AFileThatIsMissingIsNamedInOneLineAndTheOthersAreCounted()
    {
        string one = _folder.Write("one", "a\n"), missing = _folder.PathOf("missing"),
            two = _folder.Write("two", "b\n");

        Outcome outcome = Mspans.Run("lines", one, missing, two);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal($"1 {one}\n1 {two}\n2 total\n", outcome.Text);
        Assert.Equal($"mspans: {missing}: There is no such file.{Environment.NewLine}", outcome.Error);
    }

    [Fact]
    public void AFolderIsAnErrorAndNotACrash()
    {
        string folder = Path.GetTempPath();
        Outcome outcome = Mspans.Run("lines", folder);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal($"mspans: {folder}: It is a folder.{Environment.NewLine}", outcome.Error);
    }

    /// <summary>A block device has the length 0 as a file, and must not be counted as empty.</summary>
    [Fact]
    public void ABlockDeviceIsNamedAndNotCounted()
    {
        SystemCommand.SkipWithout("find");
        string node = _folder.PathOf("node");
        // No driver need be there: the node is not opened.
        bool made = SystemCommand.Run("sh", "-c", $"mknod '{node}' b 7 250").ExitCode == 0;
        string found = SystemCommand.Run("find", "/dev", "-maxdepth", "1", "-type", "b").Text;
        string[] nodes = [.. made ? [node] : (string[])[], .. found.Split('\n', StringSplitOptions.RemoveEmptyEntries)];
        Assert.SkipWhen(nodes.Length == 0, "There is no block device, and the right to make one is missing.");
        Assert.All(nodes, path =>
        {
            Outcome outcome = Mspans.Run("lines", path);
            Assert.Equal((1, ""), (outcome.ExitCode, outcome.Text));
            Assert.Contains($"mspans: {path}: ", outcome.Error);
            Assert.Contains("device", outcome.Error);
        });
    }

    [Fact]
    public void ADeviceIsRefusedAndNamedOnce()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "There is no /dev/zero here.");
        Outcome outcome = Mspans.Run("lines", "/dev/zero");
        Assert.Equal(1, outcome.ExitCode);
        string reason = "It is a pipe, a socket or a device; ";
        Assert.StartsWith($"mspans: /dev/zero: {reason}", outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void AFileThatHidesItsLengthIsCountedAsItReads()
    {
        Assert.SkipUnless(File.Exists("/proc/version"), "There is no /proc here.");
        Assert.Equal("1 /proc/version\n", Mspans.Run("lines", "/proc/version").Text);
    }

    [Fact]
    public void WithoutAFileASampleIsMadeCountedAndDeleted()
    {
        Outcome first = Mspans.Run("lines"), second = Mspans.Run("lines");

        Assert.Contains("No FILE is given", first.Error, StringComparison.Ordinal);
        Assert.EndsWith(" sample\n", first.Text, StringComparison.Ordinal);
        Assert.True(long.Parse(first.Text.Split(' ')[0], provider: null) > 1_000_000);
        Assert.Equal(first.Text, second.Text);
    }

    [Fact]
    public void AFileThatFailsIsPartOfTheObject()
    {
        string missing = _folder.PathOf("missing"), one = _folder.Write("one", "a\n");
        JsonElement files = Mspans.Json("lines", "--json", missing, one).GetProperty("files");
        Assert.Equal(missing, files[0].GetProperty("path").GetString());
        Assert.NotEmpty(files[0].GetProperty("error").GetString()!);
        Assert.Equal(1, files[1].GetProperty("lines").GetInt64());
    }

    [Fact]
    public void ANameIsQuotedWhereverItIsPrinted()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "No such names there.");
        string path =
            _folder.Write("red\u001b[31m", "a line that is longer than a record, which has sixty-four bytes\n");
        string quoted = $"'{_folder.PathOf("red")}'$'\\033''[31m'";
        Assert.Equal($"1 {quoted}\n", Mspans.Run("lines", path).Text);
        Assert.Equal($"{quoted}:1\n", Mspans.Run("grep", "-H", "-c", "a", path).Text);
        Assert.StartsWith($"{quoted}: ", Mspans.Run("probe", "--records", "1", path).Text, StringComparison.Ordinal);
        Assert.StartsWith($"{quoted}: ", Mspans.Run("inspect", path).Text, StringComparison.Ordinal);
        Assert.StartsWith(
            $"mspans: {quoted[..^1]}x': ", Mspans.Run("lines", path + "x").Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', Mspans.Run("inspect", path, "--", "hash").Text);
    }

    [Theory]
    [InlineData("lines", "--budget")]
    [InlineData("lines", "--budget", "lots")]
    [InlineData("lines", "--window", "5000")]
    [InlineData("lines", "--window", "1")]
    [InlineData("lines", "--window", "2GiB")]
    [InlineData("lines", "--window", "16MiB", "--budget", "8MiB")]
    [InlineData("lines", "--nonsense")]
    [InlineData("grep")]
    [InlineData("cat")]
    [InlineData("cat", "--offset", "-1", "file")]
    [InlineData("nonsense")]
    [InlineData]
    public void BadUsageIsTwoAndDoesNothing(params string[] args)
    {
        Outcome outcome = Mspans.Run(args);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        Assert.Equal(2, outcome.Error.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public void StatisticsGoToStandardErrorAndKeepTheBudget()
    {
        string path = _folder.Write("text", new byte[40 * Mspans.Window]);

        Outcome outcome = Mspans.Run(["lines", "--stats", path, .. Mspans.Small]);

        Assert.Equal($"0 {path}\n", outcome.Text);
        Assert.Contains("maps         40\n", outcome.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains("evictions    36\n", outcome.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Contains($"({4 * Mspans.Window} bytes)", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("throughput", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonHoldsFilesTotalAndStatistics()
    {
        string one = _folder.Write("one \"é\"", "a\nb\n"), two = _folder.Write("two", "c\n");

        JsonElement json = Mspans.Json(["lines", "--json", one, two, .. Mspans.Small]);

        JsonElement first = json.GetProperty("files")[0];
        Assert.Equal(one, first.GetProperty("path").GetString());
        Assert.Equal(4, first.GetProperty("bytes").GetInt64());
        Assert.Equal(2, first.GetProperty("lines").GetInt64());
        Assert.Equal(3, json.GetProperty("totalLines").GetInt64());
        Assert.Equal(2, json.GetProperty("statistics").GetProperty("maps").GetInt64());
        Assert.Equal(6, json.GetProperty("statistics").GetProperty("bytes").GetInt64());
    }
}
