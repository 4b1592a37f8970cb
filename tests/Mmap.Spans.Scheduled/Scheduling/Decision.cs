namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>What a strategy chooses from.</summary>
/// <param name="options">
/// First the threads that can move, the one that has the turn in front if it can; then, as the complement of the thread
/// that made it, each oldest buffered store that could become visible.
/// </param>
/// <param name="threads">How many of the options are threads.</param>
/// <param name="goesOn">Whether option 0 is the thread that has the turn, so that another thread would preempt
/// it.</param>
public readonly ref struct Decision(ReadOnlySpan<int> options, int threads, bool goesOn)
{
    public ReadOnlySpan<int> Options { get; } = options;

    public int Threads { get; } = threads;

    public bool GoesOn { get; } = goesOn;
}
