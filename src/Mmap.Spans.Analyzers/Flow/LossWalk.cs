using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Mmap.Spans.Analyzers.Flow;

/// <summary>
/// Searches a graph for a branch, or a new value of the local, that loses an open object. The object is open on every
/// path to that place, and no path from it ends the object.
/// </summary>
/// <remarks>
/// One condition decides there, so no second condition can make the loss impossible: a flag that says whether the
/// object is made, or has ended, is met with both values. An exception that a call may throw counts only where a
/// handler catches it.
/// </remarks>
internal sealed class LossWalk
{
    /// <summary>The local holds something else: nothing yet, an ended object, or another one.</summary>
    private const int Other = 1;

    /// <summary>The local holds the object, and it is open.</summary>
    private const int Open = 2;

    private readonly ControlFlowGraph _graph;
    private readonly Event[][] _events;
    private readonly int[] _before;
    private readonly bool[] _mayEnd;
    private readonly bool[] _mayLeave;

    /// <param name="graph">The graph.</param>
    /// <param name="local">The local that holds the object.</param>
    /// <param name="made">The syntax by which the local gets it.</param>
    /// <param name="ends">The references by which the object ends.</param>
    public LossWalk(ControlFlowGraph graph, ILocalSymbol local, SyntaxNode made, ICollection<SyntaxNode> ends)
    {
        _graph = graph;
        _events = [.. graph.Blocks.Select(block => EventsOf(block, local, made, ends).ToArray())];
        _before = new int[graph.Blocks.Length];
        _mayEnd = new bool[graph.Blocks.Length];
        _mayLeave = new bool[graph.Blocks.Length];
    }

    private enum Event
    {
        Made,
        Ended,
        Overwritten,
    }

    public bool IsLost()
    {
        Forward();
        while (_graph.Blocks.Aggregate(false, (changed, block) => Backward(block) || changed))
        {
        }

        return _graph.Blocks.Any(IsLostIn);
    }

    private static IEnumerable<Event> EventsOf(
        BasicBlock block, ILocalSymbol local, SyntaxNode made, ICollection<SyntaxNode> ends)
    {
        foreach (ILocalReferenceOperation reference in Graphs.Operations(block).OfType<ILocalReferenceOperation>())
        {
            if (!SymbolEqualityComparer.Default.Equals(reference.Local, local)) continue;
            if (reference.Syntax == made) yield return Event.Made;
            else if (ends.Contains(reference.Syntax)) yield return Event.Ended;
            else if (reference.IsDeclaration || IsLeftSide(reference.Syntax)) yield return Event.Overwritten;
        }
    }

    private static bool IsLeftSide(SyntaxNode reference) =>
        reference.Parent is AssignmentExpressionSyntax assigned && assigned.Left == reference;

    /// <summary>Computes what the local may hold before each block.</summary>
    private void Forward()
    {
        var waiting = new Queue<int>();
        void Enter(int block, int state)
        {
            if ((_before[block] | state) == _before[block]) return;
            _before[block] |= state;
            waiting.Enqueue(block);
        }

        Enter(0, Other);
        while (waiting.Count > 0)
        {
            BasicBlock block = _graph.Blocks[waiting.Dequeue()];
            int before = _before[block.Ordinal];
            int after = _events[block.Ordinal].Aggregate(before, After);
            foreach (int handler in Graphs.Handlers(block)) Enter(handler, before | after);
            foreach (ControlFlowBranch branch in Branches(block))
                if (branch.Destination is { } next) Enter(next.Ordinal, EndsOnTheWay(branch) ? Other : after);
        }
    }

    /// <summary>Looks ahead from a block: may the object end, may the path leave it open? True if one is new.</summary>
    private bool Backward(BasicBlock block)
    {
        int at = block.Ordinal;
        bool mayEnd, mayLeave;
        if (_events[at].Length > 0)
        {
            mayEnd = _events[at][0] == Event.Ended;
            mayLeave = !mayEnd;
        }
        else
        {
            mayEnd = Graphs.Handlers(block).Any(handler => _mayEnd[handler])
                || Branches(block).Any(branch =>
                    EndsOnTheWay(branch) || (branch.Destination is { } next && _mayEnd[next.Ordinal]));
            mayLeave = block.Kind == BasicBlockKind.Exit || Branches(block).Any(branch => MayLeave(block, branch));
        }

        bool isNew = mayEnd != _mayEnd[at] || mayLeave != _mayLeave[at];
        _mayEnd[at] = mayEnd;
        _mayLeave[at] = mayLeave;
        return isNew;
    }

    private bool MayLeave(BasicBlock block, ControlFlowBranch branch)
    {
        if (EndsOnTheWay(branch)) return false;
        if (branch.Destination is { } next) return _mayLeave[next.Ordinal];
        if (!IsThrow(block, branch) || EndsInFinally(block)) return false;
        int[] handlers = [.. Graphs.Handlers(block)];
        return handlers.Length == 0 || handlers.Any(handler => _mayLeave[handler]);
    }

    private bool IsLostIn(BasicBlock block)
    {
        int state = _before[block.Ordinal];
        foreach (Event happened in _events[block.Ordinal])
        {
            if (state == Open && happened == Event.Overwritten) return true;
            state = After(state, happened);
        }

        return state == Open && Branches(block).Any(branch => !IsOfCase(block) && MayLeave(block, branch)
            && (branch.Destination is { } next ? !_mayEnd[next.Ordinal] : !Graphs.Handlers(block).Any()));
    }

    private static int After(int state, Event happened) => happened == Event.Made ? Open : Other;

    private bool EndsOnTheWay(ControlFlowBranch branch) => branch.FinallyRegions.Any(HasEvent);

    /// <summary>
    /// True if a statement throws. The compiler makes a throw, too: for a switch expression without a matching arm.
    /// </summary>
    private static bool IsThrow(BasicBlock block, ControlFlowBranch branch)
    {
        IOperation? thrown = block.BranchValue;
        while (thrown is IConversionOperation { IsImplicit: true } conversion) thrown = conversion.Operand;
        return branch.Semantics == ControlFlowBranchSemantics.Rethrow
            || (branch.Semantics == ControlFlowBranchSemantics.Throw && thrown is { IsImplicit: false });
    }

    /// <summary>True if a <c>finally</c> around a block ends the object, or may.</summary>
    private bool EndsInFinally(BasicBlock block)
    {
        for (ControlFlowRegion? region = block.EnclosingRegion; region is not null; region = region.EnclosingRegion)
            if (region is { Kind: ControlFlowRegionKind.Try, EnclosingRegion: { } both }
                && both.Kind == ControlFlowRegionKind.TryAndFinally
                && both.NestedRegions.Any(nested => nested.Kind == ControlFlowRegionKind.Finally && HasEvent(nested)))
                return true;
        return false;
    }

    private bool HasEvent(ControlFlowRegion region) =>
        Enumerable.Range(region.FirstBlockOrdinal, region.LastBlockOrdinal - region.FirstBlockOrdinal + 1)
            .Any(ordinal => _events[ordinal].Length > 0);

    /// <summary>True if a block compares for a <c>case</c>: the cases may be all that there are.</summary>
    private static bool IsOfCase(BasicBlock block) =>
        block.ConditionalSuccessor is not null
        && block.BranchValue?.Syntax.FirstAncestorOrSelf<SwitchLabelSyntax>() is not null;

    /// <summary>The branches out of a block; none after a call that does not return.</summary>
    private static IEnumerable<ControlFlowBranch> Branches(BasicBlock block) =>
        Graphs.Operations(block).OfType<IInvocationOperation>().Any(call => call.TargetMethod.GetAttributes()
            .Any(attribute => attribute.AttributeClass?.Name == "DoesNotReturnAttribute"))
            ? []
            : Graphs.Branches(block);
}
