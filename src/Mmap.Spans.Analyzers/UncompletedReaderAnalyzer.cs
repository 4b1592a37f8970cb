using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Mmap.Spans.Analyzers.Flow;

namespace Mmap.Spans.Analyzers;

/// <summary>MMS005: a pipe reader of the library that some path leaves uncompleted.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UncompletedReaderAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.Uncompleted];

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
        bool MakesReader(IOperation operation) =>
            operation is IInvocationOperation call && types.MadeBy(call) == "reader";
        foreach (IOperation body in context.OperationBlocks)
        {
            foreach (IInvocationOperation call in body.DescendantsAndSelf().Where(MakesReader)
                .Cast<IInvocationOperation>())
            {
                Fate fate = Ownership.FateOf(call, out ILocalSymbol? local);
                if (fate == Fate.Elsewhere || (fate == Fate.Local && !MayStayOpen(context, body, call, local!)))
                    continue;
                context.ReportDiagnostic(
                    Diagnostic.Create(Rules.Uncompleted, call.Syntax.GetLocation(), call.TargetMethod.Name));
            }
        }
    }

    private static bool MayStayOpen(
        OperationBlockAnalysisContext context, IOperation body, IOperation made, ILocalSymbol local)
    {
        foreach (ILocalReferenceOperation reference in Ownership.References(local, body))
            if (!Ownership.IsHarmless(reference) && !IsCompletedBy(reference)) return false;

        foreach (ControlFlowGraph graph in Graphs.Of(context))
            foreach (BasicBlock block in graph.Blocks)
                if (Graphs.Operations(block).Any(it => it is IInvocationOperation && it.Syntax == made.Syntax))
                    return new CompletionWalk(graph, local).IsLeftOpenAfter(block, made.Syntax);
        return false;
    }

    private static bool IsCompletedBy(IOperation reference) =>
        reference.Parent is IInvocationOperation call && CompletionWalk.IsCompletion(call);
}
