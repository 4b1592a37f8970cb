using Mmap.Spans.Threading;

namespace Mmap.Spans.Regions;

/// <summary>
/// The batches of regions that are retired and not unmapped yet. A thread that finds nothing idle waits here before it
/// exceeds the budget or is refused. A trim and a release wait here for the unmaps of other threads. Thread-safe.
/// </summary>
internal sealed class Departures
{
    private readonly object _monitor = new();

    /// <summary>
    /// The tickets of the batches in progress: at most one for each unmapping thread, so a list suffices.
    /// </summary>
    private readonly List<long> _underWay = [];
    private long _lastTicket;
    private long _ended;
    private int _waiting;

    /// <summary>The number of batches that have ended, for <see cref="WaitForOne"/>.</summary>
    public long Ended
    {
        get
        {
            using (new MonitorScope(_monitor)) return _ended;
        }
    }

    /// <summary>Begins a batch. Call it under the gate, or before an exact region's end.</summary>
    /// <returns>The ticket for <see cref="End"/>.</returns>
    public long Begin()
    {
        using (new MonitorScope(_monitor))
        {
            _underWay.Add(++_lastTicket);
            return _lastTicket;
        }
    }

    /// <summary>Ends a batch: its regions are unmapped and uncharged, or the system refused.</summary>
    public void End(long ticket)
    {
        using (new MonitorScope(_monitor))
        {
            _underWay.Remove(ticket);
            _ended++;
            if (_waiting > 0) Monitor.PulseAll(_monitor);
        }
    }

    /// <summary>Waits until a batch has ended since the caller looked. Burns no processor.</summary>
    /// <param name="seen"><see cref="Ended"/>, read before the caller found nothing idle.</param>
    /// <returns>False if none has ended and none is in progress: nothing will leave by itself.</returns>
    public bool WaitForOne(long seen)
    {
        using (new MonitorScope(_monitor))
        {
            while (_ended == seen && _underWay.Count > 0) Wait();
            return _ended != seen;
        }
    }

    /// <summary>Waits until every batch now in progress has ended.</summary>
    public void WaitForAll()
    {
        using (new MonitorScope(_monitor))
        {
            long last = _lastTicket;
            while (_underWay.Exists(ticket => ticket <= last)) Wait();
        }
    }

    private void Wait()
    {
        _waiting++;
        try
        {
            Monitor.Wait(_monitor);
        }
        finally
        {
            _waiting--;
        }
    }
}
