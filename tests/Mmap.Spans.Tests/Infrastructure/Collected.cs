using System.Diagnostics;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>
/// Waiting for events that follow from collections. Their number is not known: on a busy machine it is large.
/// </summary>
public static class Collected
{
    /// <summary>Collects until something is so.</summary>
    /// <returns>False if it is not so after a minute.</returns>
    public static bool Until(Func<bool> isSo)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            if (isSo()) return true;
        }
        while (Stopwatch.GetElapsedTime(start) < TestThread.Patience);
        return false;
    }
}
