using System.Diagnostics;

namespace Mmap.Spans.Regions;

/// <summary>
/// What holds of a table whenever its gate is left; checked at the end of each sweep where that is wanted.
/// </summary>
internal static class TableInvariants
{
    /// <summary>
    /// Runs a check, at the end of each sweep; null where none is wanted. Debug builds run each, and a stress does. The
    /// scheduler of the tests runs it unseen, for what it reads is no step of the sweep.
    /// </summary>
    public static Action<Action>? Runner { get; set; } = RunnerOfThisBuild();

    /// <summary>Checks what is in the clocks and the limbos. Under the gate.</summary>
    /// <exception cref="InvalidOperationException">Something does not hold.</exception>
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
