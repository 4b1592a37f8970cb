namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>The options of a strategy.</summary>
/// <param name="options">
/// First the runnable threads, in front the one that has the turn, if it is runnable. Then each oldest buffered store
/// that could become visible, as the complement of its thread.
/// </param>
/// <param name="threads">The options that are threads.</param>
/// <param name="goesOn">True if option 0 is the thread that has the turn, so that another thread would preempt
/// it.</param>
public readonly ref struct Decision(ReadOnlySpan<int> options, int threads, bool goesOn)
{
    public ReadOnlySpan<int> Options { get; } = options;

    public int Threads { get; } = threads;

    public bool GoesOn { get; } = goesOn;
}
