using Mmap.Spans.Leases;

namespace Mmap.Spans.Diagnostics;

/// <summary>
/// A tracked lease's own thread to the tracker: it ends with the lease, or tells that the lease was lost.
/// </summary>
/// <remarks>
/// Held by the lease alone. Its finalizer therefore runs only when the lease can no longer be disposed; it reports, and
/// unmaps nothing, for a span of the lease may still be in use.
/// </remarks>
internal sealed class LeaseRecord(LeaseTracker tracker, TrackedLease lease) : ILeaseRecord
{
    ~LeaseRecord()
    {
        lease.IsLost = true;
        lease.Report();
    }

    /// <inheritdoc/>
    public void Holds(FileRange range) => lease.Range = range;

    /// <summary>The lease was disposed.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        tracker.Forget(lease);
    }
}
