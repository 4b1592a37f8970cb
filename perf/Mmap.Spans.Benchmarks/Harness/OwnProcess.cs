using System.Diagnostics;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>Another process of this program, for measurements that need a process of their own.</summary>
internal static class OwnProcess
{
    /// <summary>Runs it with those arguments until its end.</summary>
    /// <param name="line">Is given each line that it writes.</param>
    /// <param name="arguments">The arguments of the program.</param>
    /// <param name="program">Another program that is run instead.</param>
    /// <returns>True if the exit code is 0.</returns>
    public static bool Run(Action<string> line, IEnumerable<string> arguments, string? program = null) =>
        Run(line, arguments, new ProcessStartInfo(program ?? Environment.ProcessPath!));

    /// <summary>The same, by a runtime that compiles without dynamic PGO.</summary>
    /// <inheritdoc cref="Run(Action{string}, IEnumerable{string}, string)"/>
    public static bool RunWithoutProfile(Action<string> line, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        start.Environment["DOTNET_TieredPGO"] = "0";
        return Run(line, arguments, start);
    }

    private static bool Run(Action<string> line, IEnumerable<string> arguments, ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(OwnProcess).Assembly.Location);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } text) line(text);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
