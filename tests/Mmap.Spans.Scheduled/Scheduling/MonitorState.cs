namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>The monitor of one object, as the scheduler models it.</summary>
internal sealed class MonitorState
{
    /// <summary>The identity of the thread inside, or null.</summary>
    public Shim.Thread? Owner;

    /// <summary>The entries of the owner.</summary>
    public int Depth;

    /// <summary>The threads that sleep on it, oldest first.</summary>
    public readonly List<ScheduledThread> Sleepers = [];
}
