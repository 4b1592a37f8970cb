using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Mmap.Spans.Scheduled.Twins;

/// <summary>The stress program with a twin in the place of the library.</summary>
internal sealed class StressedTwin : IDisposable
{
    private const string Program = "Mmap.Spans.Stress";
    private const string Library = "Mmap.Spans.dll";

    private readonly string _folder = Directory.CreateTempSubdirectory("mmap-spans-twin-").FullName;

    public StressedTwin(Twin twin)
    {
        // All projects put what they build into one folder each, side by side.
        string folder = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string built = Path.Combine(folder, "..", "..", Program, Path.GetFileName(folder));
        foreach (string file in (string[])[$"{Program}.dll", $"{Program}.runtimeconfig.json", $"{Program}.deps.json"])
            File.Copy(Path.Combine(built, file), Path.Combine(_folder, file));
        Version version = AssemblyName.GetAssemblyName(Path.Combine(built, Library)).Version!;
        LibraryCompiler.Compile(twin, Path.Combine(_folder, Library), version);
    }

    /// <summary>Runs the stress until it finds something or the time is over.</summary>
    /// <param name="time">How long, in processor time.</param>
    /// <param name="seed">The first seed.</param>
    /// <param name="kinds">Which kinds; all unless given.</param>
    /// <returns>What was found, or null.</returns>
    public string? Run(TimeSpan time, int seed, params string[] kinds)
    {
        var start = new ProcessStartInfo(Host) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(_folder, $"{Program}.dll"));
        start.ArgumentList.Add(time.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add(seed.ToString(CultureInfo.InvariantCulture));
        foreach (string kind in kinds) start.ArgumentList.Add(kind);
        // A twin that reads what is not mapped any more ends its process, and that is all we want of it.
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(5 * time + TimeSpan.FromSeconds(60)))
        {
            process.Kill();
            process.WaitForExit();
            return "The process hangs.";
        }

        if (process.ExitCode == 0) return null;
        string said = error.GetAwaiter().GetResult();
        if (process.ExitCode != 2) return $"exit code {process.ExitCode}: {said}";
        throw new InvalidOperationException($"The stress did not run: {said}{output.GetAwaiter().GetResult()}");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The program that runs assemblies; this process may be one of its own.</summary>
    private static string Host
    {
        get
        {
            string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
            string name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
            return Path.GetFullPath(Path.Combine(framework, "..", "..", "..", name));
        }
    }
}
