using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Mmap.Spans.Analyzers.Flow;

/// <summary>The control flow graphs of a member and of the functions inside it.</summary>
internal static class Graphs
{
    public static IEnumerable<ControlFlowGraph> Of(OperationBlockAnalysisContext context)
    {
        foreach (IOperation body in context.OperationBlocks)
        {
            // The values of attributes and of parameters have no flow.
            if (body.Kind is OperationKind.None or OperationKind.Attribute or OperationKind.ParameterInitializer)
                continue;
            foreach (ControlFlowGraph graph in WithInner(context.GetControlFlowGraph(body))) yield return graph;
        }
    }

    private static IEnumerable<ControlFlowGraph> WithInner(ControlFlowGraph graph)
    {
        yield return graph;
        foreach (IMethodSymbol function in graph.LocalFunctions)
            foreach (ControlFlowGraph inner in WithInner(graph.GetLocalFunctionControlFlowGraph(function)))
                yield return inner;

        foreach (IOperation operation in graph.Blocks.SelectMany(Operations))
            if (operation is IFlowAnonymousFunctionOperation function)
                foreach (ControlFlowGraph inner in WithInner(graph.GetAnonymousFunctionControlFlowGraph(function)))
                    yield return inner;
    }

    /// <summary>The branches out of a block, except one that a constant condition never takes.</summary>
    public static IEnumerable<ControlFlowBranch> Branches(BasicBlock block)
    {
        bool? value = block.BranchValue?.ConstantValue is { HasValue: true, Value: bool constant } ? constant : null;
        bool whenTrue = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
        if (block.ConditionalSuccessor is { } conditional && value != !whenTrue) yield return conditional;
        if (block.FallThroughSuccessor is { } next && (block.ConditionalSuccessor is null || value != whenTrue))
            yield return next;
    }

    /// <summary>The handlers that may catch an exception of a block.</summary>
    public static IEnumerable<int> Handlers(BasicBlock block)
    {
        for (ControlFlowRegion? region = block.EnclosingRegion; region is not null; region = region.EnclosingRegion)
        {
            if (region.Kind != ControlFlowRegionKind.Try) continue;
            if (region.EnclosingRegion is not { Kind: ControlFlowRegionKind.TryAndCatch } both) continue;
            foreach (ControlFlowRegion handler in both.NestedRegions)
                if (handler.Kind != ControlFlowRegionKind.Try) yield return handler.FirstBlockOrdinal;
        }
    }

    /// <summary>All operations of a block, outer ones first.</summary>
    public static IEnumerable<IOperation> Operations(BasicBlock block)
    {
        IEnumerable<IOperation> all = block.Operations.SelectMany(operation => operation.DescendantsAndSelf());
        return block.BranchValue is { } value ? all.Concat(value.DescendantsAndSelf()) : all;
    }
}
