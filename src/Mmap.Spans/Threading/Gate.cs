namespace Mmap.Spans.Threading;

/// <summary>
/// A monitor whose holder can let the waiters in first. A monitor alone is not fair: a thread that leaves and enters
/// again at once usually passes everybody who sleeps.
/// </summary>
internal sealed class Gate
{
    private readonly object _monitor = new();

    /// <summary>Threads inside <see cref="Enter"/>.</summary>
    private int _waiting;

    /// <summary>Threads asleep in <see cref="GiveWay"/>; read and written inside the monitor only.</summary>
    private int _yielding;

    /// <summary>
    /// Waits for the gate and holds it for the scope. An interrupt is deferred, as by <see cref="MonitorScope"/>.
    /// </summary>
    public MonitorScope Enter()
    {
        // Order: full; the holder that gives way after this sees the caller. Stale: a holder that looked before goes
        // on.
        Interlocked.Increment(ref _waiting);
        var scope = new MonitorScope(_monitor);
        // Order: full; only the count matters, the monitor orders the rest.
        Interlocked.Decrement(ref _waiting);
        if (_yielding > 0) Monitor.PulseAll(_monitor);
        return scope;
    }

    /// <summary>Enters only if nobody is inside. <see cref="Exit"/> ends it.</summary>
    public bool TryEnter() => Monitor.TryEnter(_monitor);

    /// <summary>Leaves the gate after <see cref="TryEnter"/>.</summary>
    public void Exit() => Monitor.Exit(_monitor);

    /// <summary>
    /// Lets one of the waiting threads, if there is any, have the gate before the caller goes on inside.
    /// </summary>
    public void GiveWay()
    {
        // Order: acquire. A thread that is counted enters and then pulses, so the sleep below ends.
        if (Volatile.Read(ref _waiting) == 0) return;
        _yielding++;
        try
        {
            Monitor.Wait(_monitor);
        }
        catch (ThreadInterruptedException)
        {
            // Put off to the thread's next wait that may end by it: the caller has work to finish.
            Thread.CurrentThread.Interrupt();
        }
        finally
        {
            _yielding--;
        }
    }
}
