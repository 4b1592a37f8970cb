namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>
/// All schedules that begin with one thread and have at most so many deviations: preemptions, and stores that become
/// visible at a moment of their own. First those with one deviation, then those with two.
/// </summary>
/// <remarks>
/// A switch from a thread that has ended or is blocked costs nothing. Source: M. Musuvathi and S. Qadeer, "Iterative
/// Context Bounding for Systematic Testing of Multithreaded Programs" (PLDI 2007).
/// </remarks>
/// <param name="first">The thread that begins.</param>
public sealed class DepthFirst(int first) : Strategy
{
    private const int LargestBound = 2;

    private readonly List<Node> _nodes = [];
    private int _depth;
    private int _bound = 1;
    private bool _begun;

    /// <summary>One choice on the present path, and the path's cost up to it.</summary>
    private record struct Node(int Picked, int Count, int Threads, bool GoesOn, int Deviations);

    public override string Seed =>
        "path:" + string.Join('.', _nodes.Select((node, i) => (node.Picked, i)).Where(n => n.Picked != 0)
            .Select(n => $"{n.i}={n.Picked}"));

    public override bool Next()
    {
        _depth = 0;
        if (!_begun) return _begun = true;
        if (Advance()) return true;
        if (_bound == LargestBound) return false;
        _bound++;
        _nodes.Clear();
        return true;
    }

    public override int Choose(in Decision decision)
    {
        if (_depth == _nodes.Count)
        {
            int deviations = _depth == 0 ? 0 : Spent(_nodes[^1], _nodes[^1].Picked);
            _nodes.Add(new Node(_depth == 0 ? first : 0, decision.Options.Length, decision.Threads, decision.GoesOn,
                deviations));
        }

        Node node = _nodes[_depth++];
        if (node.Count != decision.Options.Length)
            throw new InvalidOperationException(
                "A schedule cannot be repeated: the scenario depends on something outside it.");
        return node.Picked;
    }

    /// <summary>Goes back to the last choice that has an untried option within the bound; the first choice is
    /// fixed.</summary>
    private bool Advance()
    {
        for (; _nodes.Count > 1; _nodes.RemoveAt(_nodes.Count - 1))
        {
            Node node = _nodes[^1];
            for (int pick = node.Picked + 1; pick < node.Count; pick++)
            {
                if (Spent(node, pick) > _bound) continue;
                _nodes[^1] = node with { Picked = pick };
                return true;
            }
        }

        return false;
    }

    private static int Spent(in Node node, int pick)
    {
        bool isFree = pick == 0 || (pick < node.Threads && !node.GoesOn);
        return node.Deviations + (isFree ? 0 : 1);
    }
}
