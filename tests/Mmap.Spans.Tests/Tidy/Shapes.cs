using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>Widths, lengths, counts and places: the rules that need only the syntax.</summary>
internal static class Shapes
{
    public const int MostColumns = 120, MostBodyLines = 40, MostFileLines = 400;

    public static IEnumerable<Finding> WideLines(SourceFile file) =>
        from line in file.Lines.Index()
        where line.Item.Length > MostColumns
        select new Finding(file.Folder, $"{file.Path}:{line.Index + 1} has {line.Item.Length} columns");

    public static IEnumerable<Finding> LongFile(SourceFile file) =>
        file.Lines.Length > MostFileLines ? [new(file.Path, $"{file.Path} has {file.Lines.Length} lines")] : [];

    /// <summary>Every top-level public type after the first.</summary>
    public static IEnumerable<Finding> FurtherPublicTypes(SyntaxTree tree) =>
        from type in TopLevelTypes(tree).Where(type => type.Modifiers.Any(SyntaxKind.PublicKeyword)).Skip(1)
        select new Finding(tree.FilePath, $"{Repository.Place(type)} is a public type more");

    /// <summary>Types whose namespace is not the folder of their project and the folders below it.</summary>
    public static IEnumerable<Finding> StrayNamespaces(SyntaxTree tree)
    {
        string[] parts = tree.FilePath.Split('/')[1..^1];
        string expected = string.Join('.', parts);
        return from type in TopLevelTypes(tree)
               let name = (type.Parent as BaseNamespaceDeclarationSyntax)?.Name.ToString() ?? ""
               where name != expected
               select new Finding(
                   string.Join('/', tree.FilePath.Split('/')[..^1]),
                   $"{Repository.Place(type)} is in '{name}', and not in '{expected}'");
    }

    /// <summary>Bodies with too many lines inside their braces; a lambda counts in what it stands in.</summary>
    public static IEnumerable<Finding> LongBodies(SyntaxTree tree) =>
        from node in tree.GetRoot().DescendantNodes()
        let body = node switch
        {
            BaseMethodDeclarationSyntax method => (SyntaxNode?)method.Body ?? method.ExpressionBody,
            AccessorDeclarationSyntax accessor => (SyntaxNode?)accessor.Body ?? accessor.ExpressionBody,
            PropertyDeclarationSyntax property => property.ExpressionBody,
            IndexerDeclarationSyntax indexer => indexer.ExpressionBody,
            _ => null,
        }
        where body is not null
        let lines = LinesInside(body)
        where lines > MostBodyLines
        select new Finding(tree.FilePath, $"{Repository.Place(node)} has a body of {lines} lines");

    private static int LinesInside(SyntaxNode body)
    {
        FileLinePositionSpan span = body.SyntaxTree.GetLineSpan(body.Span);
        int lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
        return body is BlockSyntax ? lines - 2 : lines;
    }

    public static IEnumerable<MemberDeclarationSyntax> TopLevelTypes(SyntaxTree tree) =>
        tree.GetRoot().DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>()
            .Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);
}
