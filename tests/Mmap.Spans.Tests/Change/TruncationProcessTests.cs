using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Change;

/// <summary>The effect of a truncation on a whole process.</summary>
public class TruncationProcessTests
{
    [Fact]
    public void ACopyingReaderSurvivesAThousandTruncations()
    {
        using var folder = new TemporaryFolder();
        Dictionary<string, long> numbers = ChildProcess.Run("", "copy-while-truncated", folder["file"], "1000", "100");
        Assert.InRange(numbers["cuts"], 1000, long.MaxValue);
        Assert.InRange(numbers["whole"], 100, long.MaxValue);
        Assert.InRange(numbers["refused"], 1, long.MaxValue);
    }

    /// <summary>The warning on the first screen of the documentation. If this ever fails, the warning can go.</summary>
    [Theory]
    [InlineData("lease")]
    [InlineData("pointer")]
    [InlineData("sequence")]
    [InlineData("reader")]
    [InlineData("stream")]
    [InlineData("cursor")]
    [InlineData("buffer")]
    public void AMappingReaderDiesWhenItTouchesWhatIsGone(string how)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a mapped file be truncated.");
        using var folder = new TemporaryFolder();
        using ChildProcess child = ChildProcess.Start("", "touch-what-is-gone", folder["file"], how);
        (int code, string output, string error) = child.End();
        Assert.Contains("touching=1", output);
        // By SIGABRT where managed code faulted, by SIGBUS where native code did; by the signal itself the shell adds
        // 128.
        Assert.True(code is 134 or 135, $"Exit code {code}: {error}");
    }
}
