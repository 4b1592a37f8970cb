using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Mmap.Spans.Analyzers.Fixes;

/// <summary>The fix of MMS001: puts <c>using</c> before a local; turns another expression into a local first.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class UsingFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => [Rules.Undisposed.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        if (root.FindNode(context.Span, getInnermostNodeForTie: true) is not InvocationExpressionSyntax made) return;
        SemanticModel model = (await context.Document.GetSemanticModelAsync(context.CancellationToken)
            .ConfigureAwait(false))!;
        var initializer = made.Parent as EqualsValueClauseSyntax;
        if (initializer?.Parent?.Parent?.Parent is LocalDeclarationStatementSyntax declaration)
        {
            if (declaration.Declaration.Variables.Count != 1 || IsWrittenAgain(model, declaration)) return;
            Register(context, "Declare it with 'using'", root, declaration, [WithUsing(declaration)]);
        }
        else if (StatementOf(made) is { } statement)
        {
            Register(context, "Give it a variable with 'using'", root, statement, Extracted(model, statement, made));
        }
    }

    private static void Register(
        CodeFixContext context,
        string title,
        SyntaxNode root,
        StatementSyntax old,
        IEnumerable<SyntaxNode> statements) =>
        context.RegisterCodeFix(
            CodeAction.Create(
                title,
                _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(old, statements))),
                equivalenceKey: title),
            context.Diagnostics);

    private static LocalDeclarationStatementSyntax WithUsing(LocalDeclarationStatementSyntax declaration) => declaration
        .WithoutLeadingTrivia()
        .WithUsingKeyword(SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space))
        .WithLeadingTrivia(declaration.GetLeadingTrivia());

    /// <summary>True if the variable is assigned again, which <c>using</c> does not allow.</summary>
    private static bool IsWrittenAgain(SemanticModel model, LocalDeclarationStatementSyntax declaration)
    {
        ISymbol? local = model.GetDeclaredSymbol(declaration.Declaration.Variables[0]);
        SyntaxNode? scope = declaration.Parent is GlobalStatementSyntax top
            ? top.Parent
            : declaration.Parent as BlockSyntax;
        return scope is null
            || scope.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(assigned =>
                SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(assigned.Left).Symbol, local));
    }

    /// <summary>
    /// The statement before which the call can run instead: one in a block, that runs the call always and exactly once.
    /// </summary>
    private static StatementSyntax? StatementOf(ExpressionSyntax made)
    {
        for (SyntaxNode? node = made.Parent; node is not null; node = node.Parent)
        {
            if (node is AssignmentExpressionSyntax to && to.Right == made && to.Left.ToString() != "_") return null;
            if (node is StatementSyntax statement)
            {
                bool isPlain = statement
                    is ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax;
                return isPlain && statement.Parent is BlockSyntax ? statement : null;
            }

            if (MayNotRun(node)) return null;
        }

        return null;
    }

    /// <summary>True if a part of the expression may run not at all, or more than once.</summary>
    private static bool MayNotRun(SyntaxNode node) => node switch
    {
        AnonymousFunctionExpressionSyntax or QueryExpressionSyntax => true,
        ConditionalExpressionSyntax or SwitchExpressionSyntax or ConditionalAccessExpressionSyntax => true,
        BinaryExpressionSyntax binary => binary.Kind()
            is SyntaxKind.LogicalAndExpression or SyntaxKind.LogicalOrExpression or SyntaxKind.CoalesceExpression,
        _ => false,
    };

    private static IEnumerable<SyntaxNode> Extracted(
        SemanticModel model, StatementSyntax statement, InvocationExpressionSyntax made)
    {
        ITypeSymbol type = model.GetTypeInfo(made).Type!;
        string name = FreeName(model, statement, type.Name);
        string typeName = type.ToMinimalDisplayString(model, statement.SpanStart);
        StatementSyntax declaration =
            SyntaxFactory.ParseStatement($"using {typeName} {name} = {made.WithoutTrivia()};");
        yield return declaration.WithLeadingTrivia(statement.GetLeadingTrivia())
            .WithTrailingTrivia(SyntaxFactory.ElasticLineFeed).WithAdditionalAnnotations(Formatter.Annotation);
        // The statement is only the call, or the call into a discard: nothing else remains.
        if (made.Parent == statement || made.Parent is AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax })
            yield break;
        yield return statement.ReplaceNode(made, SyntaxFactory.IdentifierName(name).WithTriviaFrom(made))
            .WithLeadingTrivia(SyntaxFactory.ElasticMarker).WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static string FreeName(SemanticModel model, StatementSyntax statement, string type)
    {
        string name = type.EndsWith("Lease", StringComparison.Ordinal) ? "lease"
            : type == "WindowCursor" ? "cursor"
            : type == "MappedBuffer" ? "buffer"
            : type == "MappedFile" ? "file"
            : "stream";
        var taken = new HashSet<string>(model.LookupSymbols(statement.SpanStart).Select(symbol => symbol.Name));
        foreach (SyntaxNode node in statement.Parent!.DescendantNodes())
            if (node is VariableDeclaratorSyntax later) taken.Add(later.Identifier.ValueText);
        string free = name;
        for (int number = 2; taken.Contains(free); number++) free = name + number;
        return free;
    }
}
