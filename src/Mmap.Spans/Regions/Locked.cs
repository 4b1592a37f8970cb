namespace Mmap.Spans.Regions;

/// <summary>
/// A monitor held for a scope: <c>using (new Locked(gate)) { … }</c>. What <c>lock</c> does, through the names that the
/// scheduler of the tests stands in for.
/// </summary>
internal readonly ref struct Locked : IDisposable
{
    private readonly object _monitor;

    public Locked(object monitor)
    {
        Monitor.Enter(monitor);
        _monitor = monitor;
    }

    public void Dispose() => Monitor.Exit(_monitor);
}
