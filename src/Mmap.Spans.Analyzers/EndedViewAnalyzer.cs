using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Mmap.Spans.Analyzers.Flow;

namespace Mmap.Spans.Analyzers;

/// <summary>
/// MMS002 and MMS004: a span that is used after its cursor moved or its lease was disposed. Also MMS003 for a lease's
/// span that is used after its <c>using</c>.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EndedViewAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics =>
        [Rules.Moved, Rules.Outliving, Rules.Ended];

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
        // Without an owner nothing can end; for most members no graph is needed.
        if (!context.OperationBlocks.Any(body => body.Descendants().Any(operation => types.IsOwner(operation.Type))))
            return;
        foreach (ControlFlowGraph graph in Graphs.Of(context))
        {
            var found = new Dictionary<(SyntaxNode, SyntaxNode), (IOperation Use, IInvocationOperation End)>();
            void Found(IOperation use, IOperation end) =>
                found[(use.Syntax, end.Syntax)] = (use, (IInvocationOperation)end);
            new ViewFlow(types, graph, Found).Run();
            // One report for each pair of end and variable, at the first use.
            foreach (var group in found.Values.GroupBy(pair => (pair.End.Syntax, NameOf(pair.Use))))
                Report(context, types, group.OrderBy(pair => pair.Use.Syntax.SpanStart).First());
        }
    }

    private static void Report(
        OperationBlockAnalysisContext context, LibraryTypes types, (IOperation Use, IInvocationOperation End) found)
    {
        bool ofCursor = LibraryTypes.Same(LibraryTypes.ReceiverOf(found.End), types.Cursor);
        // The using of an expression disposes a copy; the lease is not bound to that block.
        bool ofDeclaration = found.End is { IsImplicit: true, Instance: not IFlowCaptureReferenceOperation };
        DiagnosticDescriptor rule = ofCursor ? Rules.Moved : ofDeclaration ? Rules.Outliving : Rules.Ended;
        string end = found.End.IsImplicit ? "the end of its using" : found.End.Syntax.ToString();
        SyntaxNode use = found.Use.Syntax;
        context.ReportDiagnostic(Diagnostic.Create(rule, use.GetLocation(), use.ToString(), end));
    }

    private static string NameOf(IOperation use) => use switch
    {
        ILocalReferenceOperation local => local.Local.Name,
        IParameterReferenceOperation parameter => parameter.Parameter.Name,
        _ => use.Syntax.ToString(),
    };
}
