namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>
/// All schedules with at most so many preemptions and at most so many stores that become visible at a moment of their
/// own, from few to many: first one of each, then two.
/// </summary>
/// <remarks>
/// A switch from a thread that has ended or is blocked costs nothing. Source: M. Musuvathi and S. Qadeer, "Iterative
/// Context Bounding for Systematic Testing of Multithreaded Programs" (PLDI 2007).
/// </remarks>
public sealed class DepthFirst : Strategy
{
    private const int LargestBound = 2;

    private readonly List<Node> _nodes = [];
    private int _depth;
    private int _bound = 1;
    private bool _begun;

    /// <summary>One choice on the present path, and what the path had spent when it came there.</summary>
    private record struct Node(int Picked, int Count, int Threads, bool GoesOn, int Preemptions, int Flushes);

    public override string Seed => "path:" + string.Join('.', _nodes.Select((node, i) => (node.Picked, i)).Where(n => n.Picked != 0).Select(n => $"{n.i}={n.Picked}"));

    public override bool Next()
    {
        _depth = 0;
        if (!_begun) return _begun = true;
        while (!Advance())
        {
            if (_bound == LargestBound) return false;
            _bound++;
            _nodes.Clear();
            return true;
        }

        return true;
    }

    public override int Choose(in Decision decision)
    {
        if (_depth == _nodes.Count)
        {
            Node last = _depth == 0 ? default : _nodes[_depth - 1];
            (int preemptions, int flushes) = _depth == 0 ? (0, 0) : Spent(last, last.Picked);
            _nodes.Add(new Node(0, decision.Options.Length, decision.Threads, decision.GoesOn, preemptions, flushes));
        }

        Node node = _nodes[_depth++];
        if (node.Count != decision.Options.Length) throw new InvalidOperationException("A schedule cannot be repeated: the scenario depends on something outside it.");
        return node.Picked;
    }

    /// <summary>Goes back to the last choice that has an untried option within the bounds.</summary>
    private bool Advance()
    {
        while (_nodes.Count > 0)
        {
            Node node = _nodes[^1];
            for (int pick = node.Picked + 1; pick < node.Count; pick++)
            {
                (int preemptions, int flushes) = Spent(node, pick);
                if (preemptions > _bound || flushes > _bound) continue;
                _nodes[^1] = node with { Picked = pick };
                return true;
            }

            _nodes.RemoveAt(_nodes.Count - 1);
        }

        return false;
    }

    private static (int Preemptions, int Flushes) Spent(in Node node, int pick)
    {
        if (pick >= node.Threads) return (node.Preemptions, node.Flushes + 1);
        return (node.Preemptions + (pick != 0 && node.GoesOn ? 1 : 0), node.Flushes);
    }
}
