using System.Diagnostics;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Memory;

/// <summary>
/// The handler's twin in C: the bytes for arm64 are its compiled code, and they behave as the listing does.
/// </summary>
public class HandlerTwinTests
{
    private const int NotToBeHad = 3;

    /// <summary>The compiler whose bytes stand in the source. Another may make others of the same text.</summary>
    private const string Compiler = "aarch64-linux-gnu-gcc-12";

    [Fact]
    public void TheBytesForArm64AreThoseOfTheTwin()
    {
        Assert.SkipUnless(File.Exists($"/usr/bin/{Compiler}"), $"There is no {Compiler} here.");
        using var folder = new TemporaryFolder();
        Run("compile.sh", "arm64", folder["bytes"]);
        Assert.Equal(File.ReadAllBytes(folder["bytes"]), TruncationGuard.Arm64.ToArray());
    }

    [Theory]
    [InlineData("x64")]
    [InlineData("arm64")]
    public void TheTwinReadsZeroesAndForwardsWhatIsForeign(string architecture) =>
        Assert.Contains("of_entries=600 expected=600 wrong=0 forwarded=1", Run("try.sh", architecture, "200"));

    private static string Run(string script, params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/gcc"), "There is no compiler here.");
        string path = Path.Combine(AppContext.BaseDirectory, "guard", script);
        var start = new ProcessStartInfo("/bin/bash", [path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        Assert.SkipWhen(process.ExitCode == NotToBeHad, error.Result);
        Assert.True(process.ExitCode == 0, output.Result + error.Result);
        return output.Result;
    }
}
