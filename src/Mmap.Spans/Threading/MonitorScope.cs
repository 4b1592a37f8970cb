namespace Mmap.Spans.Threading;

/// <summary>
/// A monitor held for a scope: <c>using (new MonitorScope(gate)) { … }</c>. What <c>lock</c> does, through the names
/// that the scheduler of the tests stands in for, and safe from <c>Thread.Interrupt</c>.
/// </summary>
/// <remarks>
/// What is done under the table's monitors is never given up half way: a load that does not say that it has ended, or
/// a retired region that nobody unmaps, would stay so for ever. These monitors are held for short; an interrupt that
/// comes in between is put off to the thread's next wait that may end by it.
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
