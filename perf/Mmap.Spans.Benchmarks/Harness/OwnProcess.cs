using System.Diagnostics;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>This program once more, for what wants a process of its own.</summary>
internal static class OwnProcess
{
    /// <summary>Runs it with those arguments until its end.</summary>
    /// <param name="line">Is given each line that it writes.</param>
    /// <param name="arguments">What it is to do.</param>
    /// <returns>Whether it ended with 0.</returns>
    public static bool Run(Action<string> line, params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(OwnProcess).Assembly.Location);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } text) line(text);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
