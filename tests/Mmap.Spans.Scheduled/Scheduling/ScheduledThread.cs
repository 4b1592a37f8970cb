namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>
/// One thread of one schedule: its operation, whether it can go on, and the stores that only it sees yet.
/// </summary>
internal sealed class ScheduledThread(Schedule schedule, int index, Action body, Worker worker)
{
    public readonly Schedule Schedule = schedule;
    public readonly int Index = index;
    public readonly Action Body = body;
    public readonly Worker Worker = worker;

    /// <summary>The thread as the compiled library sees it.</summary>
    public readonly Shim.Thread Identity = new();

    public readonly StoreBuffer Stores = new();

    /// <summary>The monitor that it is about to enter, or null.</summary>
    public MonitorState? Wants;

    /// <summary>The monitor on which it sleeps until a pulse moves it to <see cref="Wants"/>; or null.</summary>
    public MonitorState? SleepsOn;

    /// <summary>True if it is on its way into <see cref="Wants"/> for the first time, so that an interrupt ends the
    /// wait.</summary>
    public bool IsEntering;

    /// <summary>True if its next, or present, sleep ends with an exception.</summary>
    public bool Interrupted;

    /// <summary>True in its prologue, or if it only looks: its operations are then no steps.</summary>
    public bool IsSilent;

    public bool Ended;

    /// <summary>True if its next step can be taken now.</summary>
    public bool IsRunnable =>
        !Ended && SleepsOn is null && (Wants is not { Owner: not null } || (IsEntering && Interrupted));
}
