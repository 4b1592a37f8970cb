using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>
/// The listing of the truncation guard's handler, as it stands in the source, and the assembled bytes.
/// </summary>
internal static class HandlerListing
{
    private const string Assembler = "/usr/bin/as", Extractor = "/usr/bin/objcopy";

    /// <summary>Skips the test where no assembler for x64 is installed.</summary>
    public static void SkipUnlessAssembled() => Assert.SkipUnless(
        RuntimeInformation.ProcessArchitecture == Architecture.X64 && File.Exists(Assembler) && File.Exists(Extractor),
        "There is no assembler for x64 here.");

    /// <summary>The listing's lines.</summary>
    public static string Read()
    {
        const string Prefix = "    //     ";
        using Stream source = typeof(HandlerListing).Assembly.GetManifestResourceStream("TruncationGuard.X64.cs")!;
        using var reader = new StreamReader(source);
        IEnumerable<string> listed = reader.ReadToEnd().Split('\n')
            .Where(line => line.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(line => line[Prefix.Length..].TrimEnd() + '\n');
        return string.Concat(listed);
    }

    /// <summary>Puts another text in the place of one that stands there once.</summary>
    public static string Change(string listing, string text, string other)
    {
        Assert.Equal(2, listing.Split(text).Length);
        return listing.Replace(text, other, StringComparison.Ordinal);
    }

    /// <summary>Assembles a listing into a file of its bytes.</summary>
    /// <returns>The file's path.</returns>
    public static string Assemble(TemporaryFolder folder, string name, string listing)
    {
        string source = folder[name + ".s"], made = folder[name + ".o"], bytes = folder[name + ".bin"];
        File.WriteAllText(source, listing);
        Run(Assembler, "--64", "-o", made, source);
        Run(Extractor, "-O", "binary", "-j", ".text", made, bytes);
        return bytes;
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
