using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Mmap.Spans.Analyzers.Flow;

/// <summary>Runs a transfer function over a control flow graph until nothing changes.</summary>
internal sealed class GraphWalk
{
    private readonly ControlFlowGraph _graph;
    private readonly Func<BasicBlock, ViewState, ViewState> _transfer;
    private readonly Action<BasicBlock, ViewState>? _leave;

    /// <param name="graph">The graph.</param>
    /// <param name="transfer">Computes the state after a block from the state before it.</param>
    /// <param name="leave">Receives each return with the state after its <c>finally</c> blocks.</param>
    public GraphWalk(
        ControlFlowGraph graph, Func<BasicBlock, ViewState, ViewState> transfer, Action<BasicBlock, ViewState>? leave)
    {
        _graph = graph;
        _transfer = transfer;
        _leave = leave;
    }

    public void Run() => Run(0, _graph.Blocks.Length - 1, ViewState.Empty);

    /// <summary>Runs a part of the graph and returns the state at its end.</summary>
    private ViewState? Run(int first, int last, ViewState entry)
    {
        var before = new ViewState?[last - first + 1];
        before[0] = entry;
        ViewState? end = null;
        var waiting = new Queue<int>([first]);

        void Enter(int block, ViewState state)
        {
            if (block < first || block > last) return;
            ViewState joined = ViewState.Join(before[block - first], state);
            if (joined.IsSame(before[block - first])) return;
            before[block - first] = joined;
            waiting.Enqueue(block);
        }

        while (waiting.Count > 0)
        {
            BasicBlock block = _graph.Blocks[waiting.Dequeue()];
            ViewState at = before[block.Ordinal - first]!;
            ViewState after = _transfer(block, at);
            foreach (int handler in Graphs.Handlers(block))
            {
                Enter(handler, at);
                Enter(handler, after);
            }

            foreach (ControlFlowBranch branch in Graphs.Branches(block))
            {
                if (branch.Semantics == ControlFlowBranchSemantics.StructuredExceptionHandling)
                    end = ViewState.Join(end, after);
                else if (Through(branch, after) is { } through && branch.Destination is { } destination)
                {
                    if (branch.Semantics == ControlFlowBranchSemantics.Return) _leave?.Invoke(block, through);
                    Enter(destination.Ordinal, through);
                }
            }
        }

        return end;
    }

    /// <summary>The state after the <c>finally</c> blocks of a branch; null if they do not end.</summary>
    private ViewState? Through(ControlFlowBranch branch, ViewState state)
    {
        ViewState? through = state;
        foreach (ControlFlowRegion region in branch.FinallyRegions)
            if (through is not null) through = Run(region.FirstBlockOrdinal, region.LastBlockOrdinal, through);
        return through;
    }
}
