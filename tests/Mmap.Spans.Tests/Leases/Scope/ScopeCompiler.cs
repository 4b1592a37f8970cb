using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Mmap.Spans.Tests.Leases.Scope;

/// <summary>Compiles the programs in a version of the language, against the framework that runs here.</summary>
internal static class ScopeCompiler
{
    public const int First = 9, Last = 14;

    private const string Usings =
        """
        using System;
        using System.Buffers.Binary;
        using System.Collections.Generic;
        using System.Diagnostics.CodeAnalysis;
        using System.Runtime.InteropServices;
        using System.Text;
        using System.Text.Json;
        using System.Threading.Tasks;
        using Mmap.Spans;
        """;

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)
                || Path.GetFileName(path) == "netstandard.dll")
            .Append(typeof(MappedFile).Assembly.Location)
            .Distinct()
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Only the references: compilations made from it do not read them again.</summary>
    private static readonly CSharpCompilation s_empty = CSharpCompilation.Create(
        "Programs",
        references: s_references,
        options: new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            allowUnsafe: true,
            // Fields that are there for their type alone.
            specificDiagnosticOptions:
            [
                new("CS0169", ReportDiagnostic.Suppress), new("CS0649", ReportDiagnostic.Suppress),
            ]));

    /// <summary>The programs, by name.</summary>
    public static IReadOnlyDictionary<string, ScopeProgram> Programs { get; } = new[]
    {
        WrongPrograms.Returned, WrongPrograms.Assigned, WrongPrograms.Leases,
        RightPrograms.Right, RightPrograms.Unseen, RightPrograms.Warned,
    }.SelectMany(programs => programs).ToDictionary(program => program.Name);

    /// <summary>The compiler's verdict on a program: the ids of its errors and warnings, each once, in order.</summary>
    public static string[] Errors(string name, int version)
    {
        // A lease across an await is found when the method is taken apart, which is later than all else.
        EmitResult emitted = s_empty.AddSyntaxTrees(Parse(Programs[name], version)).Emit(Stream.Null);
        return [.. emitted.Diagnostics
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
            .Select(diagnostic => diagnostic.Id).Distinct().Order()];
    }

    private static SyntaxTree Parse(ScopeProgram program, int version) => CSharpSyntaxTree.ParseText(
        $$"""
        {{Usings}}
        class Program
        {
            private readonly MappedFile File = MappedFile.Open("a");
            private static void Use(ReadOnlySpan<byte> s) { }
            {{program.Code}}
        }
        """,
        new CSharpParseOptions(Enum.Parse<LanguageVersion>($"CSharp{version}")));
}
