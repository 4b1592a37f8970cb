using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>The library as the compiler understands it.</summary>
internal static class LibraryCode
{
    /// <summary>The implicit directives of the project.</summary>
    private const string Usings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)
                || Path.GetFileName(path).StartsWith("Microsoft.Win32.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private static readonly Lazy<CSharpCompilation> s_compilation = new(() => Compile(Repository.LibraryTrees));

    public static CSharpCompilation Compilation => s_compilation.Value;

    public static CSharpCompilation Compile(IEnumerable<SyntaxTree> trees) => CSharpCompilation.Create(
        "Mmap.Spans",
        [Repository.Parse(new("Usings.cs", Usings)), .. trees],
        s_references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

    /// <summary>Names that did not resolve: with one, an arrow could be missed.</summary>
    /// <remarks>
    /// Bodies that a generator writes are missing (CS8795), and so are their results for callers (CS0165, CS0170).
    /// </remarks>
    public static IEnumerable<string> Errors(CSharpCompilation compilation) =>
        compilation.GetDiagnostics()
            .Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Where(diagnostic => diagnostic.Id is not ("CS8795" or "CS0165" or "CS0170"))
            .Select(diagnostic => diagnostic.ToString());
}
