namespace Mmap.Spans.Leases;

/// <summary>
/// Remembers where leases were taken, and files, cursors and readers made, for a manager whose options ask for it.
/// </summary>
internal interface ILeaseTracker
{
    /// <summary>Remembers a lease with the caller's stack.</summary>
    /// <param name="kind">What it is, for a person.</param>
    /// <param name="file">The file's name for messages.</param>
    /// <param name="range">The leased bytes; none as long as nothing is held.</param>
    /// <returns>What ends with the lease.</returns>
    ILeaseRecord Begin(string kind, string file, FileRange range);
}
