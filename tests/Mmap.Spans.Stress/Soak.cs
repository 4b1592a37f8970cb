using System.Diagnostics;
using System.Globalization;

/// <summary>Runs the stress for long, in children, and rotates what can be set for a whole process only. Says each
/// child's first seed.</summary>
internal static class Soak
{
    /// <summary>The longest that one child runs, in processor time, so that all settings have their turn.</summary>
    private static readonly TimeSpan s_turn = TimeSpan.FromSeconds(30);

    /// <summary>The runtime's switches, child by child. The first is the default.</summary>
    private static readonly string[][] s_switches =
    [
        [],
        ["DOTNET_TieredCompilation=0"],
        ["DOTNET_TieredPGO=0"],
        ["DOTNET_gcServer=1"],
        ["DOTNET_TieredCompilation=1", "DOTNET_TC_QuickJitForLoops=1", "DOTNET_OSR_HitLimit=1"],
        ["DOTNET_TieredCompilation=0", "DOTNET_gcServer=1", "DOTNET_gcConcurrent=0"],
    ];

    public static int Run(TimeSpan time, int seed)
    {
        long start = Stopwatch.GetTimestamp();
        double turn = Math.Min(s_turn.TotalSeconds, time.TotalSeconds / s_switches.Length);
        // On a busy machine every setting has its turn all the same.
        for (int child = 0; child < s_switches.Length || Stopwatch.GetElapsedTime(start) < time; child++, seed += 1005)
        {
            string[] switches = s_switches[child % s_switches.Length];
            string said =
                $"seed {seed}, {(switches.Length > 0 ? string.Join(' ', switches) : "the runtime's defaults")}";
            int code = RunChild(switches, string.Create(CultureInfo.InvariantCulture, $"{turn}"),
                seed.ToString(CultureInfo.InvariantCulture));
            Console.WriteLine($"{said}: {(code == 0 ? "ok" : $"FAILED, exit code {code}")}");
            if (code != 0) return 1;
        }

        return 0;
    }

    private static int RunChild(string[] switches, params string[] arguments)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
            start.ArgumentList.Add(typeof(Soak).Assembly.Location);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        foreach (string setting in switches)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            start.Environment[setting[..equals]] = setting[(equals + 1)..];
        }

        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
