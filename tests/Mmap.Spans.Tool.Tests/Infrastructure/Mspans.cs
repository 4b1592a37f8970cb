using System.Text.Json;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Tests.Infrastructure;

/// <summary>Runs the tool: inside this process, or as the process that users start.</summary>
public static class Mspans
{
    /// <summary>The smallest window there can be, so that small files have many.</summary>
    public static int Window => OperatingSystem.IsWindows() ? 1 << 16 : Environment.SystemPageSize;

    /// <summary>The options for the smallest windows, four of them at once.</summary>
    public static string[] Small => ["--window", $"{Window}", "--budget", $"{4 * Window}"];

    /// <summary>The program that users start, in the language of shells.</summary>
    public static string ShellCommand => $"dotnet exec '{ProgramPath}'";

    private static string ProgramPath => Path.Combine(AppContext.BaseDirectory, "mspans.dll");

    public static Outcome Run(params string[] args) => Run(null, args);

    /// <summary>Runs it with something at its standard input.</summary>
    internal static Outcome Run(StandardInput? input, params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        using var console = new ToolConsole(output, error) { Input = input };
        int exitCode = Program.Run(args, console);
        return new Outcome(exitCode, output.ToArray(), error.ToString());
    }

    /// <summary>Runs it and takes its output for one object, which says what command made it.</summary>
    public static JsonElement Json(params string[] args)
    {
        JsonElement json = JsonDocument.Parse(Run(args).Output).RootElement;
        Xunit.Assert.Equal(args[0], json.GetProperty("command").GetString());
        return json;
    }

    public static Outcome RunProcess(params string[] args) =>
        SystemCommand.Run("dotnet", ["exec", ProgramPath, .. args]);
}
