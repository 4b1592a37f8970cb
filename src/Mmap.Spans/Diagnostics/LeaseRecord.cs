using Mmap.Spans.Leases;

namespace Mmap.Spans.Diagnostics;

/// <summary>
/// A tracked lease's link to the tracker. It ends with the lease, or reports that the lease was lost.
/// </summary>
/// <remarks>
/// Only the lease refers to it. So its finalizer runs only when the lease can no longer be disposed. The finalizer
/// reports the lease and unmaps nothing, because a span of the lease may still be in use.
/// </remarks>
internal sealed class LeaseRecord(LeaseTracker tracker, TrackedLease lease) : ILeaseRecord
{
    ~LeaseRecord()
    {
        lease.IsLost = true;
        lease.RaiseUndisposed();
    }

    /// <inheritdoc/>
    public void Holds(FileRange range) => lease.Range = range;

    /// <summary>The lease was disposed.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        tracker.Remove(lease);
    }
}
