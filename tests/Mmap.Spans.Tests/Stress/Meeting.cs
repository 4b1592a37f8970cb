namespace Mmap.Spans.Tests.Stress;

/// <summary>A place where all threads of a stress wait for the last, and go on at the same moment. They spin: a wake-up
/// by the system takes longer than the races that begin here.</summary>
/// <param name="threads">The number of threads that meet.</param>
internal sealed class Meeting(int threads)
{
    private int _arrived, _round;

    /// <summary>Waits for the others.</summary>
    /// <param name="last">The action of the last thread while the others still wait.</param>
    /// <param name="isOver">True if no other thread will come.</param>
    /// <returns>False if it is over.</returns>
    public bool TryMeet(Action last, Func<bool> isOver)
    {
        int round = Volatile.Read(ref _round);
        if (Interlocked.Increment(ref _arrived) == threads)
        {
            last();
            Volatile.Write(ref _arrived, 0);
            Volatile.Write(ref _round, round + 1);
            return true;
        }

        var wait = new SpinWait();
        while (Volatile.Read(ref _round) == round)
        {
            if (isOver()) return false;
            wait.SpinOnce(sleep1Threshold: -1);
        }

        return true;
    }
}
