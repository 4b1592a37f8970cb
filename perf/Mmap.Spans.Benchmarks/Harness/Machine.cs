using System.Globalization;
using System.Runtime.InteropServices;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>The machine of the figures.</summary>
internal static class Machine
{
    /// <summary>The name of the processor.</summary>
    public static string Processor { get; } = ReadProcessor();

    /// <summary>The commit, as the script that started the run says; git knows it, not the program.</summary>
    public static string Commit => Environment.GetEnvironmentVariable("MMAP_SPANS_COMMIT") ?? "unknown commit";

    /// <summary>The processor as the name of a folder.</summary>
    public static string ProcessorFolder =>
        string.Join('-', Processor.ToLowerInvariant()
            .Split([' ', '(', ')', '@', '/', '\\', ','], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>One line each: processor, system, runtime, commit, date.</summary>
    public static string Describe()
    {
        string system = $"{RuntimeInformation.OSDescription}, kernel {Environment.OSVersion.Version}";
        return string.Create(CultureInfo.InvariantCulture,
            $"""
             Processor: {Processor}, {Environment.ProcessorCount} available
             Memory:    {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB
             System:    {system}, {RuntimeInformation.OSArchitecture}
             Runtime:   {RuntimeInformation.FrameworkDescription}
             Commit:    {Commit}
             Date:      {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC

             """);
    }

    private static string ReadProcessor()
    {
        const string Information = "/proc/cpuinfo";
        string? line = File.Exists(Information)
            ? File.ReadLines(Information)
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return line is null
            ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
