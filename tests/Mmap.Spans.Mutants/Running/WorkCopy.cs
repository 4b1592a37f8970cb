using System.Diagnostics;
using Mmap.Spans.Mutants.Table;

namespace Mmap.Spans.Mutants.Running;

/// <summary>A copy of the repository's tracked files in which every mutation stands behind its switch.</summary>
internal sealed class WorkCopy : IDisposable
{
    /// <summary>The variable of the environment that turns a mutation on; child processes inherit it.</summary>
    public const string Variable = "MMAP_SPANS_MUTANT";

    private const string SwitchText =
        $$"""
        /// <summary>The mutation that is on; 0 for none.</summary>
        internal static class MutantSwitch
        {
            private static readonly int s_on =
                int.TryParse(System.Environment.GetEnvironmentVariable("{{Variable}}"), out int on) ? on : 0;

            public static bool Is(int number) => s_on == number;
        }
        """;

    private readonly string _source;

    /// <summary>Copies what git tracks, as it is in the work tree now.</summary>
    public WorkCopy(string source)
    {
        _source = source;
        Root = Directory.CreateTempSubdirectory("mmap-spans-mutants-").FullName;
        foreach (string file in Git("ls-files", "-z").Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            string from = Path.Combine(source, file), to = Path.Combine(Root, file);
            if (!File.Exists(from)) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(from, to);
        }
    }

    /// <summary>The folder of the copy.</summary>
    public string Root { get; }

    /// <summary>The commit that was copied, and whether the work tree had more.</summary>
    public string Commit => Git("rev-parse", "--short", "HEAD").Trim()
        + (Git("status", "--porcelain", "-uno").Length > 0 ? " and changes" : "");

    /// <summary>The program that runs a project's tests.</summary>
    public string TestsOf(string project)
    {
        string program = Path.Combine(Root, "artifacts", "bin", project, "release", project);
        return OperatingSystem.IsWindows() ? program + ".exe" : program;
    }

    /// <summary>Puts the rows in, and builds the tests of their projects.</summary>
    /// <exception cref="InvalidOperationException">A row is wrong, or the build fails.</exception>
    public void Build(IReadOnlyList<Row> rows)
    {
        var problems = new List<string>();
        foreach (IGrouping<string, Row> file in rows.GroupBy(row => row.File))
            File.WriteAllText(Path.Combine(Root, file.Key), AllRows.Switched(Root, file.Key, file, problems));
        if (problems.Count > 0) throw new InvalidOperationException(string.Join('\n', problems));
        foreach (string project in rows.Select(row => row.Project).Distinct())
            File.WriteAllText(Path.Combine(Root, "src", project, "MutantSwitch.cs"), SwitchText);
        foreach (string tests in rows.Select(row => row.Tests).Distinct()) Build(tests);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private void Build(string tests)
    {
        // The rules of style do not apply to the switches.
        using Process build = Started("dotnet", Root,
            "build", "-c", "Release", Path.Combine("tests", tests), "-v", "q", "-nodeReuse:false",
            "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false", "-p:EnablePackageValidation=false",
            "-clp:NoSummary;ErrorsOnly");
        string said = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        if (build.ExitCode != 0)
            throw new InvalidOperationException($"The tests of {tests} do not build with the switches:\n{said}");
    }

    private string Git(params string[] arguments)
    {
        using Process git = Started("git", _source, arguments);
        string said = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return git.ExitCode == 0
            ? said
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)} ended with {git.ExitCode}.");
    }

    private static Process Started(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        return Process.Start(start)!;
    }
}
