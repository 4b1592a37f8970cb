using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Twins;

/// <summary>
/// Compiles a twin, together with the scenarios, from the texts that this assembly was compiled from, and gives its
/// scenarios. The scheduler and the stand-ins for the atomic operations are this assembly's.
/// </summary>
internal static class TwinCompiler
{
    private const string LibraryFolder = "Library/";

    private const string ImplicitUsings =
        """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        """;

    private static readonly CSharpParseOptions s_parseOptions =
        new(LanguageVersion.Latest, preprocessorSymbols: ["DEBUG"]);

    private static readonly Dictionary<string, string> s_texts =
        SourceTexts.Under(LibraryFolder, "StandIns/", "Protocol/", "Scenarios/", "Aliases.cs");

    private static readonly Dictionary<string, SyntaxTree> s_trees = s_texts.ToDictionary(
        text => text.Key, text => CSharpSyntaxTree.ParseText(text.Value, s_parseOptions, text.Key));

    private static readonly IEnumerable<string> s_references =
        SourceTexts.Framework().Append(typeof(TwinCompiler).Assembly.Location);

    private static readonly CSharpCompilation s_library = CSharpCompilation.Create(
        "Mmap.Spans.Twin",
        [CSharpSyntaxTree.ParseText(ImplicitUsings, s_parseOptions), .. s_trees.Values],
        [.. s_references.Select(path => MetadataReference.CreateFromFile(path))],
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            allowUnsafe: true,
            concurrentBuild: false,
            nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The scenarios of a twin, in an assembly that goes when nothing refers to it any more.</summary>
    public static IReadOnlyList<Scenario> ScenariosOf(Twin twin)
    {
        CSharpCompilation compilation = s_library;
        foreach (IGrouping<string, Edit> edits in twin.Edits.GroupBy(edit => LibraryFolder + edit.File))
        {
            string text = edits.Aggregate(s_texts[edits.Key], (text, edit) => edit.ApplyTo(text));
            SyntaxTree edited = CSharpSyntaxTree.ParseText(text, s_parseOptions, edits.Key);
            compilation = compilation.ReplaceSyntaxTree(s_trees[edits.Key], edited);
        }

        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        if (!result.Success)
        {
            IEnumerable<Diagnostic> errors =
                result.Diagnostics.Where(each => each.Severity == DiagnosticSeverity.Error);
            throw new InvalidOperationException($"The twin {twin} does not compile:\n{string.Join('\n', errors)}");
        }

        image.Position = 0;
        Assembly assembly = new AssemblyLoadContext(twin.Name, isCollectible: true).LoadFromStream(image);
        Type catalog = assembly.GetType(typeof(Scenarios.Catalog).FullName!, throwOnError: true)!;
        return (IReadOnlyList<Scenario>)catalog.GetProperty(nameof(Scenarios.Catalog.All))!.GetValue(null)!;
    }
}
