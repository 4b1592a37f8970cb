namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>A real thread that lends itself to one thread of schedule after schedule.</summary>
internal sealed class Worker
{
    public const int Most = 4;

    [ThreadStatic]
    private static ScheduledThread? t_current;

    private readonly Baton _baton = new();
    private ScheduledThread? _assigned;

    private Worker(int index)
    {
        new System.Threading.Thread(Loop) { IsBackground = true, Name = $"scheduled {index}" }.Start();
    }

    /// <summary>The workers; only one schedule runs at a time in the process.</summary>
    public static Worker[] All { get; } = [.. Enumerable.Range(0, Most).Select(index => new Worker(index))];

    /// <summary>The scheduled thread that the calling thread is, or null outside a schedule.</summary>
    public static ScheduledThread? Current => t_current;

    public void Assign(ScheduledThread thread) => _assigned = thread;

    public void Wake() => _baton.Give();

    /// <summary>Sleeps until it is this worker's turn.</summary>
    public void AwaitTurn() => _baton.Await();

    private void Loop()
    {
        while (true)
        {
            _baton.Await();
            t_current = _assigned!;
            t_current.Schedule.RunBody(t_current);
        }
    }
}
