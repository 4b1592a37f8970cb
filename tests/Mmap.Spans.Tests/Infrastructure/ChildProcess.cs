using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>
/// Runs one scenario of the test child: a scenario may kill its process, or need limits of its own. Skips the test
/// visibly where there is no shell to set limits with.
/// </summary>
public sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    private ChildProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _error = process.StandardError.ReadToEndAsync();
    }

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a scenario.</summary>
    /// <param name="limits">Commands of the shell that come first, such as <c>ulimit -v 1000000</c>; may be
    /// empty.</param>
    /// <param name="arguments">The verb and its arguments.</param>
    public static ChildProcess Start(string limits, params string[] arguments)
    {
        const string Shell = "/bin/bash";
        // Wine shows the bash of the system below, which cannot start a program for Windows.
        Assert.SkipUnless(!OperatingSystem.IsWindows()
            && File.Exists(Shell), "There is no bash to set limits and start a child with.");

        string host =
            Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../../dotnet"));
        string child = Path.Combine(AppContext.BaseDirectory, "Mmap.Spans.TestChild");
        // Published with its own runtime, the child needs no host; for another processor, it needs an emulator.
        string[] emulator = Environment.GetEnvironmentVariable("MMAP_SPANS_EMULATOR")?.Split(' ') ?? [];
        string[] program = File.Exists(host) ? [host, child + ".dll"] : [.. emulator, child];
        var start = new ProcessStartInfo(Shell)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{(limits.Length > 0 ? limits + " || exit 99; " : "")}exec \"$0\" \"$@\"");
        foreach (string argument in (string[])[.. program, .. arguments]) start.ArgumentList.Add(argument);
        // Without a limit of its own the collector reserves more address space than any limit here allows. A compiler
        // in the background would ask for memory at the very moment when there is none.
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x10000000";
        start.Environment["DOTNET_TieredCompilation"] = "0";
        // A child that is meant to die leaves no dump behind.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        return new ChildProcess(Process.Start(start)!);
    }

    /// <summary>Runs a scenario to its end and expects it to succeed.</summary>
    /// <returns>The numbers that it reported.</returns>
    public static Dictionary<string, long> Run(string limits, params string[] arguments)
    {
        using ChildProcess child = Start(limits, arguments);
        return child.Succeed();
    }

    /// <summary>Waits for the end and expects success.</summary>
    public Dictionary<string, long> Succeed()
    {
        (int code, string output, string error) = End();
        Assert.SkipWhen(code == 99, $"What the child needs cannot be had here: {error}");
        Assert.True(code == 0, $"Exit code {code}.\n{output}\n{error}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('='))
            .ToDictionary(parts => parts[0], parts => long.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Waits for the end.</summary>
    public (int ExitCode, string Output, string Error) End()
    {
        if (!_process.WaitForExit(s_limit))
        {
            _process.Kill();
            Assert.Fail("The child did not end.");
        }

        return (_process.ExitCode, _output.GetAwaiter().GetResult(), _error.GetAwaiter().GetResult());
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
