using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Mmap.Spans.Scheduled.Twins;

/// <summary>
/// Compiles the whole library with a twin's edits, and with nothing else in it that the shipped one has not, for the
/// stress to run on: the real atomic operations, optimized, without asserts.
/// </summary>
internal static class LibraryCompiler
{
    private const string Preamble =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("Mmap.Spans.Stress")]
        """;

    private static readonly CSharpParseOptions s_parseOptions = new(LanguageVersion.Latest);

    /// <summary>The texts by their file, without the first folder.</summary>
    private static readonly Dictionary<string, string> s_texts = SourceTexts.Under("Library/", "Rest/")
        .ToDictionary(text => text.Key.Split('/', 2)[1], text => text.Value);

    private static readonly Dictionary<string, SyntaxTree> s_trees = s_texts.ToDictionary(
        text => text.Key, text => CSharpSyntaxTree.ParseText(text.Value, s_parseOptions, text.Key));

    private static readonly CSharpCompilation s_library = Generated(CSharpCompilation.Create(
        "Mmap.Spans",
        [CSharpSyntaxTree.ParseText(Preamble, s_parseOptions), .. s_trees.Values],
        [.. SourceTexts.Framework().Select(path => MetadataReference.CreateFromFile(path))],
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            allowUnsafe: true,
            concurrentBuild: false,
            nullableContextOptions: NullableContextOptions.Enable)));

    /// <summary>Writes a twin's assembly.</summary>
    /// <param name="twin">How it differs.</param>
    /// <param name="path">The file.</param>
    /// <param name="version">The version that the stress wants.</param>
    public static void Compile(Twin twin, string path, Version version)
    {
        string attribute = $"[assembly: System.Reflection.AssemblyVersion(\"{version}\")]";
        CSharpCompilation compilation =
            s_library.AddSyntaxTrees(CSharpSyntaxTree.ParseText(attribute, s_parseOptions));
        foreach (IGrouping<string, Edit> edits in twin.Edits.GroupBy(edit => edit.File))
        {
            string text = edits.Aggregate(s_texts[edits.Key], (text, edit) => edit.ApplyTo(text));
            SyntaxTree edited = CSharpSyntaxTree.ParseText(text, s_parseOptions, edits.Key);
            compilation = compilation.ReplaceSyntaxTree(s_trees[edits.Key], edited);
        }

        var result = compilation.Emit(path);
        if (result.Success) return;
        IEnumerable<Diagnostic> errors = result.Diagnostics.Where(each => each.Severity == DiagnosticSeverity.Error);
        throw new InvalidOperationException($"The twin {twin} does not compile:\n{string.Join('\n', errors)}");
    }

    /// <summary>Adds what the system calls' generator of the SDK writes; it lies beside this assembly.</summary>
    private static CSharpCompilation Generated(CSharpCompilation library)
    {
        const string Name = "Microsoft.Interop.LibraryImportGenerator";
        string path = Path.Combine(AppContext.BaseDirectory, "generators", $"{Name}.dll");
        Type type = Assembly.LoadFrom(path).GetType(Name, throwOnError: true)!;
        var generator = (IIncrementalGenerator)Activator.CreateInstance(type)!;
        CSharpGeneratorDriver.Create([generator.AsSourceGenerator()], parseOptions: s_parseOptions)
            .RunGeneratorsAndUpdateCompilation(library, out Compilation generated, out _);
        return (CSharpCompilation)generated;
    }
}
