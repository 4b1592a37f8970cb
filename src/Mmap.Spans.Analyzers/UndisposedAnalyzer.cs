using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Mmap.Spans.Analyzers;

/// <summary>
/// MMS001: a lease, a cursor, a buffer, a stream or a file that is never disposed, or not on every path.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UndisposedAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.Undisposed];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (LibraryTypes.Of(start.Compilation) is not { } types) return;
            start.RegisterOperationBlockAction(block =>
            {
                foreach (IOperation body in block.OperationBlocks)
                    foreach (IInvocationOperation call in body.DescendantsAndSelf().OfType<IInvocationOperation>())
                        Look(block, types, body, call);
            });
        });
    }

    private static void Look(
        OperationBlockAnalysisContext context, LibraryTypes types, IOperation body, IInvocationOperation call)
    {
        if (types.MadeBy(call) is not { } made || made == "reader") return;
        Fate fate = Ownership.FateOf(call, out ILocalSymbol? local);
        if (fate == Fate.Elsewhere) return;
        bool never = fate == Fate.Lost || Ownership.IsLeftOpen(local!, body);
        if (!never && !Ownership.IsLostOnAPath(context, body, call, local!)) return;
        if (made == "file" && EndsWithItsManager(call, body)) return;
        string how = never ? "never disposed" : "not disposed on every path";
        string cure = fate == Fate.Lost ? "give it a variable with 'using'"
            : never ? "declare it with 'using'"
            : "declare it with 'using', or dispose it in a 'finally'";
        context.ReportDiagnostic(Diagnostic.Create(
            Rules.Undisposed, call.Syntax.GetLocation(), made, call.TargetMethod.Name, how, cure));
    }

    /// <summary>True if the file's manager is visibly disposed: that closes its files.</summary>
    private static bool EndsWithItsManager(IInvocationOperation open, IOperation body) => open.Instance switch
    {
        ILocalReferenceOperation { Local: var manager } =>
            DeclaredWithUsing(manager, body) || !Ownership.IsLeftOpen(manager, body),
        IFieldReferenceOperation { Field: var manager } => IsDisposedByItsType(manager),
        IPropertyReferenceOperation { Property: var manager } => IsDisposedByItsType(manager),
        _ => false,
    };

    private static bool DeclaredWithUsing(ILocalSymbol manager, IOperation body) =>
        body.Descendants().OfType<IVariableDeclaratorOperation>().Any(declarator =>
            SymbolEqualityComparer.Default.Equals(declarator.Symbol, manager) && Ownership.IsOfUsing(declarator));

    private static bool IsDisposedByItsType(ISymbol manager) =>
        manager.ContainingType.DeclaringSyntaxReferences
            .SelectMany(reference => reference.GetSyntax().DescendantNodes())
            .Any(node => node switch
            {
                MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Dispose", Expression: var disposed } =>
                    NameOf(disposed) == manager.Name,
                ConditionalAccessExpressionSyntax { Expression: var disposed } access =>
                    NameOf(disposed) == manager.Name
                        && access.WhenNotNull.ToString().StartsWith(".Dispose(", StringComparison.Ordinal),
                _ => false,
            });

    private static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } member => member.Name.Identifier.ValueText,
        _ => null,
    };
}
