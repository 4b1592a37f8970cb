using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>The sentences that certain sites need: the reason why an order is enough, or an address valid.</summary>
internal static class Sentences
{
    private const int LinesToOrder = 6, LinesToSafety = 8;

    /// <summary>
    /// Uses of <c>Interlocked</c> and <c>Volatile</c> without an <c>Order:</c> on the line or in the six above.
    /// </summary>
    public static IEnumerable<Finding> WithoutOrder(SyntaxTree tree) =>
        Without("Order:", LinesToOrder, tree, Names(tree, "Interlocked", "Volatile"));

    /// <summary>
    /// Code that the compiler does not check and that has no <c>SAFETY:</c> on its line or in the eight above.
    /// </summary>
    public static IEnumerable<Finding> WithoutSafety(SyntaxTree tree)
    {
        IEnumerable<SyntaxNode> modifiers = tree.GetRoot().DescendantTokens()
            .Where(token => token.IsKind(SyntaxKind.UnsafeKeyword)).Select(token => token.Parent!);
        IEnumerable<SyntaxNode> imports = tree.GetRoot().DescendantNodes().OfType<AttributeSyntax>()
            .Where(attribute => attribute.Name.ToString() is "LibraryImport" or "DllImport");
        IEnumerable<SyntaxNode> names = Names(tree, "Unsafe", "MemoryMarshal");
        return Without("SAFETY:", LinesToSafety, tree, [.. modifiers, .. imports, .. names]);
    }

    private static IEnumerable<SyntaxNode> Names(SyntaxTree tree, params string[] types) =>
        tree.GetRoot().DescendantNodes().OfType<MemberAccessExpressionSyntax>()
            .Where(access => access.Expression is SimpleNameSyntax name && types.Contains(name.Identifier.Text))
            // A size is a number, and touches nothing.
            .Where(access => access.Name.Identifier.Text != "SizeOf");

    private static IEnumerable<Finding> Without(string word, int above, SyntaxTree tree, IEnumerable<SyntaxNode> sites)
    {
        string[] lines = tree.GetText().ToString().Split('\n');
        return from line in sites.Select(LineOf).Distinct()
               where !lines[Math.Max(0, line - above)..(line + 1)].Any(text => IsComment(text, word))
               select new Finding(tree.FilePath, $"{tree.FilePath}:{line + 1} has no '{word}'  {lines[line].Trim()}");
    }

    private static bool IsComment(string line, string word) =>
        line.IndexOf("//", StringComparison.Ordinal) is >= 0 and int at
        && line.IndexOf(word, at, StringComparison.Ordinal) >= 0;

    /// <summary>The line of the keyword or the name itself: a type's attributes and its comments come before.</summary>
    private static int LineOf(SyntaxNode site)
    {
        SyntaxToken keyword = site.ChildTokens().FirstOrDefault(token => token.IsKind(SyntaxKind.UnsafeKeyword));
        return keyword == default ? Repository.Line(site) : keyword.GetLocation().GetLineSpan().StartLinePosition.Line;
    }
}
