using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>The texts of the repository that this assembly was built in, each read and parsed once.</summary>
internal static class Repository
{
    /// <summary>The folder of the library.</summary>
    public const string Library = "src/Mmap.Spans/";

    private static readonly string[] s_built = ["artifacts", "BenchmarkDotNet.Artifacts", "TestResults", "bin", "obj"];

    private static readonly CSharpParseOptions s_options =
        new(LanguageVersion.Latest, DocumentationMode.None, preprocessorSymbols: ["DEBUG", "NET", "NET10_0"]);

    private static readonly Lazy<SourceFile[]> s_code = new(() => Read(".cs"));
    private static readonly Lazy<SourceFile[]> s_pages = new(() => Read(".md"));
    private static readonly Lazy<SyntaxTree[]> s_trees = new(() =>
    [
        .. Code.Where(file => !file.Path.StartsWith("eng/", StringComparison.Ordinal))
            .AsParallel().AsOrdered().Select(Parse),
    ]);

    public static string Root { get; } = FindRoot();

    /// <summary>Every C# file.</summary>
    public static SourceFile[] Code => s_code.Value;

    /// <summary>Every page of Markdown.</summary>
    public static SourceFile[] Pages => s_pages.Value;

    /// <summary>The trees of src, tests and perf.</summary>
    public static SyntaxTree[] Trees => s_trees.Value;

    /// <summary>The trees of the shipped projects.</summary>
    public static IEnumerable<SyntaxTree> ShippedTrees => Under("src/");

    /// <summary>The trees of the library.</summary>
    public static IEnumerable<SyntaxTree> LibraryTrees => Under(Library);

    public static SyntaxTree Parse(SourceFile file) => CSharpSyntaxTree.ParseText(file.Text, s_options, file.Path);

    /// <summary>The line of a node, counted from 1, behind the path of its file.</summary>
    public static string Place(SyntaxNode node) => $"{node.SyntaxTree.FilePath}:{Line(node) + 1}";

    /// <summary>The line of a node, counted from 0.</summary>
    public static int Line(SyntaxNode node) => node.SyntaxTree.GetLineSpan(node.Span).StartLinePosition.Line;

    private static IEnumerable<SyntaxTree> Under(string folder) =>
        Trees.Where(tree => tree.FilePath.StartsWith(folder, StringComparison.Ordinal));

    private static SourceFile[] Read(string extension)
    {
        string[] paths = [.. Paths(Root, extension).Order(StringComparer.Ordinal)];
        return [.. paths.Select(path => new SourceFile(
            Path.GetRelativePath(Root, path).Replace('\\', '/'), File.ReadAllText(path).ReplaceLineEndings("\n")))];
    }

    /// <summary>Files below a folder, except for hidden folders and the output of builds.</summary>
    private static IEnumerable<string> Paths(string folder, string extension)
    {
        IEnumerable<string> below = Directory.EnumerateDirectories(folder)
            .Where(path => !Path.GetFileName(path).StartsWith('.') && !s_built.Contains(Path.GetFileName(path)))
            .SelectMany(path => Paths(path, extension));
        return Directory.EnumerateFiles(folder, "*" + extension).Concat(below);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mmap.Spans.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} has Mmap.Spans.sln.");
    }
}
