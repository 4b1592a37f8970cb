using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Mmap.Spans.Leases;

namespace Mmap.Spans.Diagnostics;

/// <summary>Records where each lease of a manager was taken, if the options ask for it. Thread-safe.</summary>
internal sealed class LeaseTracker : ILeaseTracker
{
    private readonly ConcurrentDictionary<TrackedLease, byte> _live = [];

    /// <summary>The leases that have not ended.</summary>
    public ICollection<TrackedLease> Live => _live.Keys;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public ILeaseRecord Begin(string kind, string file, FileRange range)
    {
        // Without this method itself, which does not help to find the lease.
        string stack = new StackTrace(skipFrames: 1, fNeedFileInfo: true).ToString().TrimEnd();
        var lease = new TrackedLease(kind, file, range, stack);
        _live.TryAdd(lease, 0);
        return new LeaseRecord(this, lease);
    }

    public void Remove(TrackedLease lease) => _live.TryRemove(lease, out _);

    /// <summary>Raises an event for every lease that has not ended, when the manager is disposed.</summary>
    public void RaiseUndisposed()
    {
        foreach (TrackedLease lease in Live) lease.RaiseUndisposed();
    }
}
