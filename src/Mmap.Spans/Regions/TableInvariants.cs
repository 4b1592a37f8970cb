using System.Diagnostics;

namespace Mmap.Spans.Regions;

/// <summary>
/// The invariants of a table when its gate is left; checked at the end of each sweep if that is enabled.
/// </summary>
internal static class TableInvariants
{
    /// <summary>
    /// Runs a check at the end of each sweep; null for none. Debug builds run each check, and a stress test does. The
    /// scheduler of the tests runs it unseen, because its reads are no steps of the sweep.
    /// </summary>
    public static Action<Action>? Runner { get; set; } = RunnerOfThisBuild();

    /// <summary>Checks the clocks and the limbos. Under the gate.</summary>
    /// <exception cref="InvalidOperationException">An invariant is violated.</exception>
    public static void Check(RegionPool mapped, RegionPool copied, RegionBudget budget)
    {
        Check(mapped, areCopies: false);
        Check(copied, areCopies: true);
        Require(budget.Regions >= mapped.Clock.Count + copied.Clock.Count, "What is in the clock is charged.");
    }

    public static void Require(bool condition, string message)
    {
        Debug.Assert(condition, message);
        if (!condition) throw new InvalidOperationException(message);
    }

    private static void Check(RegionPool pool, bool areCopies)
    {
        foreach (ClockEntry entry in pool.Clock.All())
        {
            var region = (Region)entry;
            bool isLive = !region.State.IsRetiring && !region.State.IsRetired && !region.State.IsLoading;
            Require(isLive, $"What is in the clock is Live, not {region}.");
            Require(region.Place == Place.Clock, $"The clock and the region agree, not so {region}.");
            Require(region.IsCopied == areCopies, $"A region is kept with its kind, not so {region}.");
        }

        // The queue may hold a region that has left the limbo since: the place decides.
        foreach (Region region in pool.Limbo)
        {
            if (region.Place != Place.Limbo) continue;
            bool isWhole = region.State.IsRetiring || region.State.IsLive;
            Require(isWhole, $"What is in limbo can still be retired, or was rescued, not so {region}.");
        }
    }

    private static Action<Action>? RunnerOfThisBuild()
    {
        Action<Action>? runner = null;
        RunInDebug(ref runner);
        return runner;
    }

    [Conditional("DEBUG")]
    private static void RunInDebug(ref Action<Action>? runner) => runner = check => check();
}
