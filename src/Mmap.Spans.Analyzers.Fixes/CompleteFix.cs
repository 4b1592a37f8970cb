using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Mmap.Spans.Analyzers.Fixes;

/// <summary>
/// The fix of MMS005: puts the statements after the reader's declaration into a <c>try</c>, and its completion into the
/// <c>finally</c>.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class CompleteFix : CodeFixProvider
{
    private const string Title = "Complete it in a 'finally'";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => [Rules.Uncompleted.Id];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        if (root.FindNode(context.Span, getInnermostNodeForTie: true) is not InvocationExpressionSyntax made) return;
        if (made.Parent is not EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax reader }) return;
        if (reader.Parent?.Parent is not LocalDeclarationStatementSyntax { Parent: BlockSyntax block } declaration)
            return;
        context.RegisterCodeFix(
            CodeAction.Create(
                Title,
                _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(
                    block, Completed(block, declaration, reader.Identifier.ValueText)))),
                equivalenceKey: Title),
            context.Diagnostics);
    }

    private static BlockSyntax Completed(BlockSyntax block, LocalDeclarationStatementSyntax declaration, string reader)
    {
        int next = block.Statements.IndexOf(declaration) + 1;
        // Local functions stay outside: earlier statements may call them.
        StatementSyntax[] functions = [.. block.Statements.Skip(next).Where(it => it is LocalFunctionStatementSyntax)];
        StatementSyntax[] rest =
        [
            .. block.Statements.Skip(next)
                .Where(it => it is not LocalFunctionStatementSyntax && !IsCompletion(it, reader)),
        ];
        string complete = IsInAsync(block) ? $"await {reader}.CompleteAsync();" : $"{reader}.Complete();";
        TryStatementSyntax guarded = SyntaxFactory.TryStatement(
                SyntaxFactory.Block(rest), default,
                SyntaxFactory.FinallyClause(SyntaxFactory.Block(SyntaxFactory.ParseStatement(complete))))
            .WithAdditionalAnnotations(Formatter.Annotation);
        return block.WithStatements([.. block.Statements.Take(next), guarded, .. functions])
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>True for the completion that the <c>finally</c> makes superfluous.</summary>
    private static bool IsCompletion(StatementSyntax statement, string reader)
    {
        ExpressionSyntax? expression = (statement as ExpressionStatementSyntax)?.Expression;
        if (expression is AwaitExpressionSyntax awaited) expression = awaited.Expression;
        return expression is InvocationExpressionSyntax
        {
            ArgumentList.Arguments.Count: 0,
            Expression: MemberAccessExpressionSyntax
            {
                Name.Identifier.ValueText: "Complete" or "CompleteAsync",
                Expression: IdentifierNameSyntax { Identifier.ValueText: var name },
            },
        } && name == reader;
    }

    private static bool IsInAsync(SyntaxNode node)
    {
        SyntaxNode? function = node.Ancestors().FirstOrDefault(around =>
            around is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax);
        return function switch
        {
            MethodDeclarationSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
            LocalFunctionStatementSyntax method => method.Modifiers.Any(SyntaxKind.AsyncKeyword),
            AnonymousFunctionExpressionSyntax lambda => lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword),
            _ => false,
        };
    }
}
