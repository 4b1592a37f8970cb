using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>
/// A loop of some four microseconds that needs the whole width of a core: six chains of additions that wait for
/// nothing.
/// </summary>
/// <remarks>
/// A neighbour on the other thread of the same physical core halves the width and shows nowhere else: no time is
/// stolen, the clock goes on, a chain of multiplications is as quick as ever. The code that is measured here is bound
/// by its width, so a neighbour nearly doubles its time.
/// </remarks>
internal static class Canary
{
    private const int Turns = 3000;

    /// <summary>More than this, divided by the run's best, is a neighbour.</summary>
    private const double MostOfBest = 1.06;

    /// <summary>The best of a run is not its quickest, which may be a fault of the clock.</summary>
    private const double BestShare = 0.01;

    private static int s_result;

    /// <summary>Runs the loop once.</summary>
    /// <returns>Nanoseconds.</returns>
    // Compiled once and for all at its first call: the tiers would change its time in the middle of a run.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Run()
    {
        long begin = Stopwatch.GetTimestamp();
        int a = 1, c = 2, d = 3, e = 4, f = 5, g = 6;
        for (int turn = 0; turn < Turns; turn++)
        {
            a += turn;
            c ^= turn;
            d += turn;
            e ^= turn;
            f += turn;
            g ^= turn;
            a ^= 5;
            c += 7;
            d ^= 9;
            e += 11;
            f ^= 13;
            g += 15;
        }

        double elapsed = (Stopwatch.GetTimestamp() - begin) * (1e9 / Stopwatch.Frequency);
        s_result = a + c + d + e + f + g;
        return elapsed;
    }

    /// <summary>The most that a canary of a run may take on a quiet core, of all its canaries.</summary>
    public static double QuietLimit(IEnumerable<double> canaries)
    {
        double[] sorted = [.. canaries.Where(double.IsFinite).Order()];
        return sorted.Length == 0 ? double.NaN : MostOfBest * sorted[(int)(BestShare * (sorted.Length - 1))];
    }
}
