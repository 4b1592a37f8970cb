using System.Diagnostics;
using Xunit;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>Runs one explicit test of this assembly in a process of its own, for what may end the process.</summary>
internal static class TestProcess
{
    /// <summary>Fails unless the test passes there.</summary>
    /// <param name="method">The test's full name.</param>
    /// <param name="patience">How long it may take.</param>
    public static void RunTest(string method, TimeSpan patience)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        string assembly = typeof(TestProcess).Assembly.Location;
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Add(assembly);
        foreach (string argument in (string[])["-method", method, "-explicit", "only", "-noColor"]) start.ArgumentList.Add(argument);
        start.Environment["MMAP_SPANS_SEED"] = Soak.Seed.ToString(System.Globalization.CultureInfo.InvariantCulture);

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(patience + TestThread.Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{method} hangs in its process, seed {Soak.Seed}.");
        }

        string said = output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult();
        Assert.True(process.ExitCode == 0, $"Exit code {process.ExitCode}, seed {Soak.Seed}: {said}");
        Assert.True(said.Contains("Total: 1,", StringComparison.Ordinal), $"Not one test was run: {said}");
    }
}
