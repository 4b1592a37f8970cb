namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>One thread of one schedule: what it does, whether it can go on, and the stores that only it sees
/// yet.</summary>
internal sealed class ScheduledThread(Schedule schedule, int index, Action body, Worker worker)
{
    public readonly Schedule Schedule = schedule;
    public readonly int Index = index;
    public readonly Action Body = body;
    public readonly Worker Worker = worker;

    /// <summary>What the compiled library takes for the thread.</summary>
    public readonly Shim.Thread Identity = new();

    public readonly StoreBuffer Stores = new();

    /// <summary>The monitor it wants to enter, or null.</summary>
    public MonitorState? Wants;

    /// <summary>Whether it sleeps until a pulse moves it to <see cref="Wants"/>.</summary>
    public MonitorState? SleepsOn;

    /// <summary>Whether it is on its way into <see cref="Wants"/> for the first time, so that an interrupt ends the
    /// wait.</summary>
    public bool IsEntering;

    /// <summary>Whether its next, or present, sleep ends with an exception.</summary>
    public bool Interrupted;

    /// <summary>Whether it is at its prologue, or only looks: nothing is a step then.</summary>
    public bool IsSilent;

    public bool Ended;

    /// <summary>Whether its next step can be taken now.</summary>
    public bool IsRunnable =>
        !Ended && SleepsOn is null && (Wants is not { Owner: not null } || (IsEntering && Interrupted));
}
