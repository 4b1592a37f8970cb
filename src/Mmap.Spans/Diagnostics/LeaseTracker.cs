using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Mmap.Spans.Leases;

namespace Mmap.Spans.Diagnostics;

/// <summary>
/// Remembers where each lease of a manager was taken, when the manager's options ask for it. Thread-safe.
/// </summary>
internal sealed class LeaseTracker : ILeaseTracker
{
    private readonly ConcurrentDictionary<TrackedLease, byte> _live = [];

    /// <summary>The leases that have not ended.</summary>
    public ICollection<TrackedLease> Live => _live.Keys;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ILeaseRecord Begin(string kind, string file, FileRange range)
    {
        // Without this method itself, which says nothing to who looks for the lease.
        string stack = new StackTrace(skipFrames: 1, fNeedFileInfo: true).ToString().TrimEnd();
        var lease = new TrackedLease(kind, file, range, stack);
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
