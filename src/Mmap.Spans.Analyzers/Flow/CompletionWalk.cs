using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Mmap.Spans.Analyzers.Flow;

/// <summary>
/// Searches for a path from the making of a reader to the method's end that does not complete it. Considers each
/// <c>throw</c> statement, but no exception that a call may throw.
/// </summary>
internal sealed class CompletionWalk
{
    private readonly ControlFlowGraph _graph;
    private readonly ILocalSymbol _reader;

    public CompletionWalk(ControlFlowGraph graph, ILocalSymbol reader)
    {
        _graph = graph;
        _reader = reader;
    }

    public static bool IsCompletion(IInvocationOperation call) =>
        call.TargetMethod.Name is "Complete" or "CompleteAsync";

    /// <param name="made">The block in which the reader is made.</param>
    /// <param name="making">The call that makes it; earlier operations of the block do not count.</param>
    public bool IsLeftOpenAfter(BasicBlock made, SyntaxNode making)
    {
        var seen = new HashSet<int> { made.Ordinal };
        var waiting = new Stack<BasicBlock>();
        if (Completes(made, making.Span.End)) return false;
        waiting.Push(made);
        while (waiting.Count > 0)
        {
            BasicBlock block = waiting.Pop();
            foreach (BasicBlock? next in Next(block))
            {
                if (next is null) return true;
                if (seen.Add(next.Ordinal) && !Completes(next, after: 0)) waiting.Push(next);
            }
        }

        return false;
    }

    /// <summary>The next blocks with the reader still open; null for the method's end.</summary>
    private IEnumerable<BasicBlock?> Next(BasicBlock block)
    {
        if (block.Kind == BasicBlockKind.Exit) yield return null;
        foreach (ControlFlowBranch branch in Graphs.Branches(block))
        {
            if (branch.FinallyRegions.Any(Completes)) continue;
            if (branch.Destination is { } destination) yield return destination;
            else if (branch.Semantics is ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow)
                foreach (BasicBlock? next in Thrown(block)) yield return next;
        }
    }

    /// <summary>The targets of a <c>throw</c>: the handlers around it, or the method's end.</summary>
    private IEnumerable<BasicBlock?> Thrown(BasicBlock block)
    {
        for (ControlFlowRegion? region = block.EnclosingRegion; region is not null; region = region.EnclosingRegion)
        {
            if (region.Kind != ControlFlowRegionKind.Try || region.EnclosingRegion is not { } both) continue;
            ControlFlowRegion other = both.NestedRegions.First(nested => nested.Kind != ControlFlowRegionKind.Try);
            if (both.Kind == ControlFlowRegionKind.TryAndFinally && Completes(other)) yield break;
            if (both.Kind != ControlFlowRegionKind.TryAndCatch) continue;
            foreach (ControlFlowRegion handler in both.NestedRegions)
                if (handler.Kind != ControlFlowRegionKind.Try) yield return _graph.Blocks[handler.FirstBlockOrdinal];
            yield break;
        }

        yield return null;
    }

    private bool Completes(ControlFlowRegion region) =>
        Enumerable.Range(region.FirstBlockOrdinal, region.LastBlockOrdinal - region.FirstBlockOrdinal + 1)
            .Any(ordinal => Completes(_graph.Blocks[ordinal], after: 0));

    private bool Completes(BasicBlock block, int after) => Graphs.Operations(block).Any(operation =>
        operation is IInvocationOperation call && IsCompletion(call) && call.Syntax.SpanStart >= after
        && call.Instance is ILocalReferenceOperation receiver
        && SymbolEqualityComparer.Default.Equals(receiver.Local, _reader));
}
