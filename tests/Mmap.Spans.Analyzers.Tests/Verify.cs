using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Mmap.Spans.Analyzers.Tests;

/// <summary>
/// Compiles a program against the framework and the library that are here, and looks at what the rules say.
/// </summary>
internal static class Verify
{
    private const string Usings =
        """
        using System;
        using System.Buffers;
        using System.Collections.Generic;
        using System.IO;
        using System.IO.Pipelines;
        using System.Linq;
        using System.Runtime.InteropServices;
        using System.Text;
        using System.Text.Json;
        using System.Threading;
        using System.Threading.Tasks;
        using Mmap.Spans;

        """;

    /// <summary>Nothing is fetched: the references are those of the process.</summary>
    private static readonly ReferenceAssemblies s_none = new("net10.0");

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name
                && (name.StartsWith("System.", StringComparison.Ordinal)
                    || name is "netstandard.dll" or "Mmap.Spans.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The members of a class, with <c>{|MMS001:…|}</c> around each place that a rule reports.</summary>
    public static Task Members(string members) => Program(
        $$"""
        class Program
        {
            private static void Use(ReadOnlySpan<byte> bytes) { }
            private static void Keep(object it) { }
        {{members}}
        }
        """);

    /// <summary>The members of a class, with <c>{|#0:…|}</c> around the one place that a rule reports.</summary>
    public static async Task Message(string id, string message, string members)
    {
        var test = new AllRules { TestCode = $"{Usings}class Program {{ {members} }}" };
        test.ExpectedDiagnostics.Add(
            new DiagnosticResult(id, DiagnosticSeverity.Warning).WithLocation(0).WithMessage(message));
        await test.RunAsync();
    }

    /// <summary>A program, marked in the same way.</summary>
    public static async Task Program(string code)
    {
        var test = new AllRules { TestCode = Usings + code };
        await test.RunAsync();
    }

    /// <summary>The members of a class, against a library that is made here instead of the real one.</summary>
    public static async Task WithLibrary(string library, string members)
    {
        var test = new AllRules { TestCode = $"{Usings}{library}class Program {{ {members} }}" };
        MetadataReference real = test.TestState.AdditionalReferences
            .Single(reference => Path.GetFileName(reference.Display) == "Mmap.Spans.dll");
        test.TestState.AdditionalReferences.Remove(real);
        await test.RunAsync();
    }

    /// <summary>The members of a class, and the same after the fix.</summary>
    public static async Task Fix<TFix>(string members, string expected)
        where TFix : CodeFixProvider, new()
    {
        const string Before = Usings + "class Program\n{\n    private static void Use(ReadOnlySpan<byte> bytes) { }\n";
        var test = new FixOf<TFix> { TestCode = $"{Before}{members}\n}}\n", FixedCode = $"{Before}{expected}\n}}\n" };
        await test.RunAsync();
    }

    private static void Prepare(AnalyzerTest<DefaultVerifier> test)
    {
        test.ReferenceAssemblies = s_none;
        // One rule, MMS003, is reported by two analyzers.
        test.MarkupOptions = MarkupOptions.UseFirstDescriptor;
        test.TestState.AdditionalReferences.AddRange(s_references);
    }

    private static IEnumerable<DiagnosticAnalyzer> Rules() =>
    [
        new UndisposedAnalyzer(),
        new EndedViewAnalyzer(),
        new OutlivingMemoryAnalyzer(),
        new UncompletedReaderAnalyzer(),
    ];

    private sealed class AllRules : CSharpAnalyzerTest<UndisposedAnalyzer, DefaultVerifier>
    {
        public AllRules() => Prepare(this);

        protected override IEnumerable<DiagnosticAnalyzer> GetDiagnosticAnalyzers() => Rules();
    }

    private sealed class FixOf<TFix> : CSharpCodeFixTest<UndisposedAnalyzer, TFix, DefaultVerifier>
        where TFix : CodeFixProvider, new()
    {
        public FixOf() => Prepare(this);

        protected override IEnumerable<DiagnosticAnalyzer> GetDiagnosticAnalyzers() => Rules();
    }
}
