using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Mmap.Spans.Analyzers;

/// <summary>
/// MMS003: a lease, or its memory, in a field, collection, function or task that outlives the lease's <c>using</c>
/// block. <see cref="EndedViewAnalyzer"/> finds values that are returned, or used after the block.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OutlivingMemoryAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.Outliving];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(start =>
        {
            if (LibraryTypes.Of(start.Compilation) is { } types)
                start.RegisterOperationBlockAction(block => Look(block, types));
        });
    }

    private static void Look(OperationBlockAnalysisContext context, LibraryTypes types)
    {
        foreach (IOperation body in context.OperationBlocks)
        {
            foreach (IVariableDeclaratorOperation lease in body.DescendantsAndSelf()
                .OfType<IVariableDeclaratorOperation>())
            {
                bool onHeap = LibraryTypes.Same(lease.Symbol.Type, types.MemoryLease)
                    || LibraryTypes.Same(lease.Symbol.Type, types.SequenceLease);
                if (!onHeap || !Ownership.IsOfUsing(lease)) continue;
                foreach (IOperation kept in new LeaseScope(types, lease).Kept())
                    context.ReportDiagnostic(
                        Diagnostic.Create(Rules.Outliving, kept.Syntax.GetLocation(), kept.Syntax.ToString()));
            }
        }
    }
}
