namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>Programs that a test starts.</summary>
internal static class SystemProgram
{
    /// <summary>The host that runs assemblies, of the runtime that runs this one.</summary>
    public static string DotNet { get; } = Path.GetFullPath(Path.Combine(
        Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", "..", OperatingSystem.IsWindows()
            ? "dotnet.exe" : "dotnet"));
}
