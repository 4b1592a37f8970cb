namespace Mmap.Spans.Leases;

/// <summary>
/// Records where leases were taken, and files, cursors and readers made, if the manager's options ask for it.
/// </summary>
internal interface ILeaseTracker
{
    /// <summary>Records a lease with the caller's stack.</summary>
    /// <param name="kind">The kind of lease, for people.</param>
    /// <param name="file">The file's name for messages.</param>
    /// <param name="range">The leased bytes; empty while nothing is held.</param>
    /// <returns>A record to dispose with the lease.</returns>
    ILeaseRecord Begin(string kind, string file, FileRange range);
}
