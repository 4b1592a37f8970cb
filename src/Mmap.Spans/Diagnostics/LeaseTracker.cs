using System.Collections.Concurrent;

namespace Mmap.Spans.Diagnostics;

/// <summary>Remembers where each heap lease of a manager was taken, when the manager's options ask for it. Thread-safe.</summary>
internal sealed class LeaseTracker
{
    private readonly ConcurrentDictionary<TrackedLease, byte> _live = [];

    /// <summary>The leases that have not ended.</summary>
    public ICollection<TrackedLease> Live => _live.Keys;

    /// <summary>Remembers a lease with the caller's stack.</summary>
    public LeaseRecord Begin(string kind, string file, FileRange range)
    {
        var lease = new TrackedLease(kind, file, range, Environment.StackTrace);
        _live.TryAdd(lease, 0);
        return new LeaseRecord(this, lease);
    }

    public void Forget(TrackedLease lease) => _live.TryRemove(lease, out _);

    /// <summary>Reports every lease that has not ended, as the manager is disposed.</summary>
    public void ReportLive()
    {
        foreach (TrackedLease lease in Live) lease.Report();
    }
}
