using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Tests.Infrastructure;

/// <summary>Runs the tool: inside this process, or as the process that users start.</summary>
public static class Mspans
{
    /// <summary>The smallest window there can be, so that small files have many.</summary>
    public static int Window => OperatingSystem.IsWindows() ? 1 << 16 : Environment.SystemPageSize;

    /// <summary>The options for the smallest windows, four of them at once.</summary>
    public static string[] Small => ["--window", $"{Window}", "--budget", $"{4 * Window}"];

    public static Outcome Run(params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        using var console = new ToolConsole(output, error);
        int exitCode = Program.Run(args, console);
        return new Outcome(exitCode, output.ToArray(), error.ToString());
    }

    public static Outcome RunProcess(params string[] args) =>
        SystemCommand.Run("dotnet", ["exec", Path.Combine(AppContext.BaseDirectory, "mspans.dll"), .. args]);
}
