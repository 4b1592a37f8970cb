namespace Mmap.Spans.Scheduled.Histories;

/// <summary>
/// Decides whether the operations on one window could have happened one after the other, each between its beginning and
/// its end.
/// </summary>
/// <remarks>
/// <para>The sequential meaning: a lease gives the current load. If no load is current, or the current one has no
/// lease, it may give a new load. A detach leaves no load current; leases stay. A lease is refused after the close, and
/// only then.</para>
/// <para>Source: J. Wing and C. Gong, "Testing and Verifying Concurrent Objects" (JPDC 17, 1993), with the states that
/// led nowhere remembered, as in G. Lowe, "Testing for Linearizability" (CCPE 29, 2017).</para>
/// </remarks>
public static class Linearizability
{
    private readonly record struct State(long Current, int Leases, bool Closed);

    public static bool IsLinearizable(IReadOnlyList<Operation> history)
    {
        if (history.Count > 63) throw new ArgumentException("A history is a few operations.", nameof(history));
        return Search(history, 0, default, []);
    }

    private static bool Search(
        IReadOnlyList<Operation> history, ulong done, State state, HashSet<(ulong, State)> deadEnds)
    {
        if (done == (1UL << history.Count) - 1) return true;
        if (!deadEnds.Add((done, state))) return false;

        // The next operation began before any remaining one has ended.
        int firstEnd = int.MaxValue;
        for (int i = 0; i < history.Count; i++)
        {
            if ((done & (1UL << i)) == 0) firstEnd = Math.Min(firstEnd, history[i].End);
        }

        for (int i = 0; i < history.Count; i++)
        {
            if ((done & (1UL << i)) != 0 || history[i].Begin > firstEnd) continue;
            if (After(history, done, state, history[i]) is { } next
                && Search(history, done | (1UL << i), next, deadEnds)) return true;
        }

        return false;
    }

    /// <summary>The state after an operation, or null if it cannot happen now.</summary>
    private static State? After(IReadOnlyList<Operation> history, ulong done, State state, Operation operation)
    {
        switch (operation.Kind)
        {
            case OperationKind.Lease when state.Closed:
                return null;
            case OperationKind.Lease when state.Current == operation.Serial:
                return state with { Leases = state.Leases + 1 };
            case OperationKind.Lease:
                return state.Leases == 0 && !WasLeased(history, done, operation.Serial)
                    ? new State(operation.Serial, 1, false) : null;
            case OperationKind.Release:
                if (!WasLeased(history, done, operation.Serial)) return null;
                return state.Current == operation.Serial ? state with { Leases = state.Leases - 1 } : state;
            case OperationKind.Detach:
                return state with { Current = 0, Leases = 0 };
            case OperationKind.Close:
                return state with { Closed = true };
            case OperationKind.Refused:
                return state.Closed ? state : null;
            default:
                return state;
        }
    }

    private static bool WasLeased(IReadOnlyList<Operation> history, ulong done, long serial)
    {
        for (int i = 0; i < history.Count; i++)
        {
            if ((done & (1UL << i)) != 0 && history[i].Kind == OperationKind.Lease && history[i].Serial == serial)
                return true;
        }

        return false;
    }
}
