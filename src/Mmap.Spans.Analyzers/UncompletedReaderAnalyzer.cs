using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

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
                if (fate == Fate.Elsewhere) continue;
                if (fate == Fate.Local && !Ownership.IsLostOnAPath(context, body, call, local!)) continue;
                bool never = fate == Fate.Lost || Ownership.IsLeftOpen(local!, body);
                context.ReportDiagnostic(Diagnostic.Create(
                    Rules.Uncompleted, call.Syntax.GetLocation(), call.TargetMethod.Name,
                    never ? "never completed" : "not completed on every path"));
            }
        }
    }
}
