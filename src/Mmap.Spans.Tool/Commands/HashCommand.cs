using System.CommandLine;
using System.Security.Cryptography;
using Mmap.Spans.Tool.Terminal;

namespace Mmap.Spans.Tool.Commands;

/// <summary><c>mspans hash FILE…</c>: prints the output of <c>sha256sum</c> and its relatives.</summary>
internal static class HashCommand
{
    private static readonly string[] s_algorithms = ["sha256", "sha512", "sha1", "md5"];

    public static Command Make(ToolConsole console)
    {
        var algorithm = new Option<string>("--algorithm", "-a")
        {
            Description = $"Which digest: {string.Join(", ", s_algorithms)}",
            HelpName = "NAME",
            DefaultValueFactory = _ => s_algorithms[0],
        };
        algorithm.CompletionSources.Add(s_algorithms);
        algorithm.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var name }] && !s_algorithms.Contains(name))
                result.AddError($"There is no digest '{name}'; there are {string.Join(", ", s_algorithms)}.");
        });
        var command = new ToolCommand(
            "hash",
            "Print digests: prints what sha256sum prints.",
            new Example("mspans hash big.iso", "the line that sha256sum prints"),
            new Example("mspans hash -a sha512 *.iso > SHA512SUMS", "sha512sum --check reads it"));
        command.Options.Add(algorithm);
        FileArguments files = FileArguments.AddTo(command, console);
        WindowSettings windows = WindowSettings.AddTo(command);
        Report report = Report.AddTo(command);
        command.SetAction(parsed =>
        {
            using var run = new FileRun(console, windows.MakeManager(parsed, overlap: 0));
            string name = parsed.GetValue(algorithm)!;
            Run(parsed, console, report, run, name, files.Paths(parsed, out _));
            return run.ExitCode;
        });
        return command;
    }

    private static void Run(
        ParseResult parsed, ToolConsole console, Report report, FileRun run, string algorithm, string[] paths)
    {
        bool json = report.IsJson(parsed);
        run.ForEach("hashing", paths, printsAsItGoes: false, (file, path) =>
        {
            string digest = Digest(file, algorithm, run);
            run.Found(path, writer => writer.WriteString("digest", digest));
            if (!json) console.Write(Line(digest, path));
        });

        if (json) Report.PrintJson(parsed, console, run, writer => writer.WriteString("algorithm", algorithm));
        report.PrintStatistics(parsed, console, run);
    }

    private static string Digest(MappedFile file, string algorithm, FileRun run)
    {
        using var hash = IncrementalHash.CreateHash(new HashAlgorithmName(algorithm.ToUpperInvariant()));
        using WindowCursor cursor = file.CreateCursor();
        for (long at = 0; cursor.MoveTo(at); at = cursor.End)
        {
            hash.AppendData(cursor.Span);
            run.Advance(cursor.Length);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Escapes a name that would break the line; a backslash at the start of the line marks that.</summary>
    private static string Line(string digest, string path)
    {
        string escaped = path.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\r", "\\r", StringComparison.Ordinal);
        return $"{(escaped == path ? "" : "\\")}{digest}  {escaped}\n";
    }
}
