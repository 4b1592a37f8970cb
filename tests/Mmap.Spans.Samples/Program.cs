using Mmap.Spans.Samples.Programs;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Mmap.Spans.Samples;

/// <summary>Runs the program that the first word names, or, if it names none, the tests.</summary>
internal static class Program
{
    private static readonly Dictionary<string, Func<string[], TextWriter, Task>> s_programs = new()
    {
        ["arrow"] = ArrowBatches.RunAsync,
        ["git"] = GitPack.RunAsync,
        ["log"] = LogFollower.RunAsync,
        ["tensors"] = SafeTensors.RunAsync,
        ["web"] = RangeServer.RunAsync,
        ["sorted"] = SortedLines.RunAsync,
        ["words"] = WordCount.RunAsync,
    };

    /// <summary>The names of the programs.</summary>
    public static IEnumerable<string> Names => s_programs.Keys;

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is [string name, ..] && s_programs.TryGetValue(name, out var program))
        {
            await program(arguments[1..], Console.Out);
            return 0;
        }

        // The two lines that xunit would write: `dotnet test` says --server, a person nothing of that kind.
        return arguments.Contains("--server") || arguments.Contains("--internal-msbuild-node")
            ? await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
            : await ConsoleRunner.Run(arguments);
    }
}
