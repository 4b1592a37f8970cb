namespace Mmap.Spans.Leases;

/// <summary>Remembers where leases were taken, for a manager whose options ask for it.</summary>
internal interface ILeaseTracker
{
    /// <summary>Remembers a lease with the caller's stack.</summary>
    /// <param name="kind">What it is, for a person.</param>
    /// <param name="file">The file's name for messages.</param>
    /// <param name="range">The leased bytes.</param>
    /// <returns>What ends with the lease.</returns>
    IDisposable Begin(string kind, string file, FileRange range);
}
