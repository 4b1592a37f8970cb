namespace Mmap.Spans.Threading;

/// <summary>
/// A monitor whose holder can let waiters in first. A monitor alone is not fair: a thread that leaves and enters again
/// at once usually overtakes every sleeping thread.
/// </summary>
internal sealed class Gate
{
    private readonly object _monitor = new();

    /// <summary>Threads inside <see cref="Enter"/>.</summary>
    private int _waiting;

    /// <summary>Threads asleep in <see cref="GiveWay"/>; read and written inside the monitor only.</summary>
    private int _yielding;

    /// <summary>
    /// Waits for the gate and holds it for the scope. Defers interrupts, as <see cref="MonitorScope"/> does.
    /// </summary>
    public MonitorScope Enter()
    {
        // Order: full; a holder that gives way later sees the caller. Stale: a holder that looked before keeps the
        // gate.
        Interlocked.Increment(ref _waiting);
        var scope = new MonitorScope(_monitor);
        // Order: full; only the count matters, the monitor orders the rest.
        Interlocked.Decrement(ref _waiting);
        if (_yielding > 0) Monitor.PulseAll(_monitor);
        return scope;
    }

    /// <summary>Enters only if no thread is inside. <see cref="Exit"/> ends it.</summary>
    public bool TryEnter() => Monitor.TryEnter(_monitor);

    /// <summary>Leaves the gate after <see cref="TryEnter"/>.</summary>
    public void Exit() => Monitor.Exit(_monitor);

    /// <summary>Hands the gate to a waiting thread, if there is one, before the caller continues inside.</summary>
    public void GiveWay()
    {
        // Order: acquire. A counted thread enters and then pulses, so the sleep below ends.
        if (Volatile.Read(ref _waiting) == 0) return;
        _yielding++;
        try
        {
            Monitor.Wait(_monitor);
        }
        catch (ThreadInterruptedException)
        {
            // Deferred to the thread's next interruptible wait: the caller has work to finish.
            Thread.CurrentThread.Interrupt();
        }
        finally
        {
            _yielding--;
        }
    }
}
