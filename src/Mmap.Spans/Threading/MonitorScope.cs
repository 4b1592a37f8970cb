namespace Mmap.Spans.Threading;

/// <summary>
/// A monitor held for a scope: <c>using (new MonitorScope(gate)) { … }</c>. Like <c>lock</c>, but an interrupt is
/// deferred to the thread's next wait, so the critical section always completes. The scheduler of the tests can
/// substitute it.
/// </summary>
/// <remarks>
/// Work under the table's monitors must be completed: an unfinished load, or a retired region that is not unmapped,
/// would stay so for ever. These monitors are held briefly, so a deferred interrupt is not late.
/// </remarks>
internal readonly ref struct MonitorScope : IDisposable
{
    private readonly object _monitor;

    public MonitorScope(object monitor)
    {
        _monitor = monitor;
        bool interrupted = false;
        while (true)
        {
            try
            {
                Monitor.Enter(monitor);
                break;
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }

        if (interrupted) Thread.CurrentThread.Interrupt();
    }

    public void Dispose() => Monitor.Exit(_monitor);
}
