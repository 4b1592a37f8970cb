using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Mmap.Spans.Tests.Tidy;

/// <summary>
/// The folders of the library as layers, and the arrows between them as the compiler resolves them: of each name in
/// code, the type that it is, or whose member it is. <c>using</c> lines and comments are no arrows.
/// </summary>
internal static class Layers
{
    /// <summary>
    /// The root has two rooms: the contracts (enums, records and exceptions, which see only each other), and the types
    /// that put the pieces together.
    /// </summary>
    private const string Contracts = "contracts", Root = "root";

    private static readonly Dictionary<string, int> s_layers = new()
    {
        [Contracts] = 0,
        ["Geometry"] = 1,
        ["Threading"] = 1,
        ["Memory"] = 2,
        ["Regions"] = 3,
        ["Files"] = 4,
        ["Leases"] = 5,
        ["Pipelines"] = 6,
        ["Diagnostics"] = 6,
        [Root] = 7,
    };

    /// <summary>Arrows that do not go down, one a pair of types.</summary>
    public static IEnumerable<Finding> Upward(IEnumerable<Arrow> arrows) =>
        from arrow in arrows
        where s_layers[arrow.FromRoom] <= s_layers[arrow.ToRoom]
        group arrow by $"{arrow.FromRoom} -> {arrow.ToRoom}: {arrow.From} sees {arrow.To}" into same
        select new Finding(same.Key, $"{same.First().Place} {same.Key}");

    /// <summary>Rooms that see each other, over any number of rooms between.</summary>
    public static IEnumerable<Finding> StronglyConnected(IReadOnlyCollection<Arrow> arrows)
    {
        ILookup<string, string> next = arrows.Select(arrow => (arrow.FromRoom, arrow.ToRoom)).Distinct()
            .ToLookup(pair => pair.FromRoom, pair => pair.ToRoom);
        var reached = s_layers.Keys.ToDictionary(room => room, room => Reach(room, next));
        return from room in s_layers.Keys
               let others = s_layers.Keys.Where(other => reached[room].Contains(other) && reached[other].Contains(room))
               let key = string.Join(" <-> ", others.Order(StringComparer.Ordinal))
               where key.Contains(" <-> ", StringComparison.Ordinal)
               group room by key into same
               select new Finding(same.Key, same.Key);
    }

    /// <summary>Every arrow from one room to another.</summary>
    public static Arrow[] Arrows(CSharpCompilation compilation)
    {
        Arrow[] arrows = ByKind(compilation);
        // A contract sees only contracts; repeated, because each type that falls out may pull others with it.
        while (Seers(arrows, Contracts) is { Count: > 0 } others)
            arrows = [.. arrows.Select(arrow => Move(arrow, others)).Where(arrow => arrow.FromRoom != arrow.ToRoom)];
        return arrows;
    }

    /// <summary>The types of a room that see another one.</summary>
    private static HashSet<string> Seers(Arrow[] arrows, string room) =>
        [.. arrows.Where(arrow => arrow.FromRoom == room).Select(arrow => arrow.From)];

    /// <summary>An arrow with some contracts taken for types of the root.</summary>
    private static Arrow Move(Arrow arrow, HashSet<string> others) => arrow with
    {
        FromRoom = arrow.FromRoom == Contracts && others.Contains(arrow.From) ? Root : arrow.FromRoom,
        ToRoom = arrow.ToRoom == Contracts && others.Contains(arrow.To) ? Root : arrow.ToRoom,
    };

    private static Arrow[] ByKind(CSharpCompilation compilation) =>
    [
        .. from tree in compilation.SyntaxTrees
           let model = compilation.GetSemanticModel(tree)
           from declaration in TopLevelTypes(tree)
           let source = (INamedTypeSymbol)model.GetDeclaredSymbol(declaration)!
           let room = Room(source)!
           from node in declaration.DescendantNodes()
           from target in Types(model, node)
           let targetRoom = Room(target)
           where targetRoom is not null && targetRoom != room
           select new Arrow(room, targetRoom, source.Name, target.Name, Repository.Place(node)),
    ];

    /// <summary>The room of a type of the library; null for the framework's.</summary>
    private static string? Room(INamedTypeSymbol type)
    {
        if (type.DeclaringSyntaxReferences is not [var reference, ..]) return null;
        string path = reference.SyntaxTree.FilePath;
        if (!path.StartsWith(Repository.Library, StringComparison.Ordinal)) return null;
        string[] parts = path[Repository.Library.Length..].Split('/');
        return parts.Length > 1 ? parts[0] : IsContract(type) ? Contracts : Root;
    }

    private static bool IsContract(INamedTypeSymbol type) =>
        type.TypeKind == TypeKind.Enum || type.IsRecord || IsException(type) || IsResult(type);

    /// <summary>True if a type only holds the values of its construction.</summary>
    private static bool IsResult(INamedTypeSymbol type)
    {
        IPropertySymbol[] properties = [.. type.GetMembers().OfType<IPropertySymbol>()
            .Where(property => property is { IsStatic: false, DeclaredAccessibility: Accessibility.Public })];
        return properties.Length > 0 && properties.All(property => property.SetMethod is { IsInitOnly: true });
    }

    private static bool IsException(INamedTypeSymbol? type) =>
        type is not null && (type.ToDisplayString() == "System.Exception" || IsException(type.BaseType));

    /// <summary>The outermost types that a node names, or whose member it names.</summary>
    private static IEnumerable<INamedTypeSymbol> Types(SemanticModel model, SyntaxNode node)
    {
        if (node is not (SimpleNameSyntax or ExpressionSyntax or ConstructorInitializerSyntax)) return [];
        SymbolInfo info = model.GetSymbolInfo(node);
        // A method's name inside nameof is a group of candidates.
        ISymbol? symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        return symbol switch
        {
            ITypeSymbol type => Named(type),
            IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol
                when symbol.ContainingType is { } type => Named(type),
            _ => [],
        };
    }

    private static IEnumerable<INamedTypeSymbol> Named(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => Named(array.ElementType),
        IPointerTypeSymbol pointer => Named(pointer.PointedAtType),
        INamedTypeSymbol named => named.TypeArguments.SelectMany(Named).Append(Outermost(named)),
        _ => [],
    };

    private static INamedTypeSymbol Outermost(INamedTypeSymbol type)
    {
        while (type.ContainingType is { } outer) type = outer;
        return type.OriginalDefinition;
    }

    private static HashSet<string> Reach(string room, ILookup<string, string> next)
    {
        HashSet<string> reached = [room];
        var ahead = new Stack<string>(reached);
        while (ahead.TryPop(out string? at))
        {
            foreach (string other in next[at].Where(reached.Add)) ahead.Push(other);
        }

        return reached;
    }

    private static IEnumerable<MemberDeclarationSyntax> TopLevelTypes(SyntaxTree tree) => Shapes.TopLevelTypes(tree)
        .Where(_ => tree.FilePath.StartsWith(Repository.Library, StringComparison.Ordinal));
}
