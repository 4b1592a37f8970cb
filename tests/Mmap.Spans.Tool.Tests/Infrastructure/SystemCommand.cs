using System.Diagnostics;
using Xunit;

namespace Mmap.Spans.Tool.Tests.Infrastructure;

/// <summary>Other people's programs, which say what is right.</summary>
public static class SystemCommand
{
    /// <summary>Skips the test, visibly, where a program is not installed.</summary>
    public static void SkipWithout(string name)
    {
        bool found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, name)));
        Assert.SkipUnless(found, $"There is no {name} here to compare with.");
    }

    public static Outcome Run(string name, params string[] args)
    {
        var start = new ProcessStartInfo(name, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return new Outcome(process.ExitCode, output.ToArray(), error.Result);
    }
}
