using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>
/// Types and members of the library that its users cannot see and that no code names. Names are compared by identifier
/// over src, tests and perf: a name that something else has as well counts as used.
/// </summary>
internal static partial class Unreferenced
{
    public static IEnumerable<Finding> Find(CSharpCompilation compilation, IEnumerable<SyntaxTree> users)
    {
        HashSet<string> used = [.. users.AsParallel().SelectMany(Names)];
        return from type in Types(compilation.Assembly.GlobalNamespace)
               from symbol in type.GetMembers().Append(type)
               where !IsVisible(symbol) && !IsCalledByOthers(symbol) && !used.Contains(symbol.Name)
               let place = Repository.Place(symbol.DeclaringSyntaxReferences[0].GetSyntax())
               select new Finding(symbol.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat), place);
    }

    /// <summary>Names in use, an attribute's whole name, and the names in debugger displays.</summary>
    private static IEnumerable<string> Names(SyntaxTree tree)
    {
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
        {
            if (node is SimpleNameSyntax name) yield return name.Identifier.Text;
            if (node is not AttributeSyntax attribute) continue;
            yield return attribute.Name + "Attribute";
            if (!attribute.Name.ToString().EndsWith("DebuggerDisplay", StringComparison.Ordinal)) continue;
            foreach (Match match in Words().Matches(attribute.ArgumentList!.ToString())) yield return match.Value;
        }
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container) =>
        container.GetMembers().OfType<INamespaceOrTypeSymbol>()
            .SelectMany(member => member is INamedTypeSymbol type ? Types(type).Prepend(type) : Types(member));

    private static bool IsVisible(ISymbol symbol)
    {
        for (ISymbol? at = symbol; at is not null and not INamespaceSymbol; at = at.ContainingSymbol)
        {
            bool isShut = at.DeclaredAccessibility
                is Accessibility.Private or Accessibility.ProtectedAndInternal or Accessibility.Internal;
            if (isShut) return false;
        }

        return true;
    }

    /// <summary>Members that the compiler, the runtime, or code with another view of the type calls.</summary>
    private static bool IsCalledByOthers(ISymbol symbol) =>
        symbol.IsImplicitlyDeclared || symbol.IsOverride || !symbol.CanBeReferencedByName
        || symbol is IMethodSymbol { MethodKind: not MethodKind.Ordinary }
        || (symbol is not INamedTypeSymbol
            && Implementations(symbol.ContainingType).Contains(symbol, SymbolEqualityComparer.Default));

    private static IEnumerable<ISymbol?> Implementations(INamedTypeSymbol type) =>
        from member in type.AllInterfaces.SelectMany(implemented => implemented.GetMembers())
        select type.FindImplementationForInterfaceMember(member);
}
