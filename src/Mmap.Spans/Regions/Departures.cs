using Mmap.Spans.Threading;

namespace Mmap.Spans.Regions;

/// <summary>
/// The batches of regions that have been retired and are not unmapped yet. A thread that finds nothing idle waits here
/// before it exceeds the budget or is refused; so do a trim and a release, for what other threads unmap. Thread-safe.
/// </summary>
internal sealed class Departures
{
    private readonly object _monitor = new();

    /// <summary>The tickets of the batches under way: as many as threads that unmap, so a list is short enough.</summary>
    private readonly List<long> _underWay = [];
    private long _lastTicket;
    private long _ended;
    private int _waiting;

    /// <summary>How many batches have ended, for <see cref="WaitForOne"/>.</summary>
    public long Ended
    {
        get
        {
            using (new MonitorScope(_monitor)) return _ended;
        }
    }

    /// <summary>Says that a batch leaves. To be called under the gate, or before an exact region's end.</summary>
    /// <returns>The ticket for <see cref="End"/>.</returns>
    public long Begin()
    {
        using (new MonitorScope(_monitor))
        {
            _underWay.Add(++_lastTicket);
            return _lastTicket;
        }
    }

    /// <summary>Says that a batch is unmapped and uncharged, or that the system refused.</summary>
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
    /// <returns>False if none has, and none is under way: nothing will leave by itself.</returns>
    public bool WaitForOne(long seen)
    {
        using (new MonitorScope(_monitor))
        {
            while (_ended == seen && _underWay.Count > 0) Wait();
            return _ended != seen;
        }
    }

    /// <summary>Waits until every batch that is under way now has ended.</summary>
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
