namespace Mmap.Spans.Leases;

/// <summary>What is remembered of something that must be disposed; it ends with that.</summary>
internal interface ILeaseRecord : IDisposable
{
    /// <summary>Notes the bytes that are held now; none where it holds nothing for the moment.</summary>
    void Holds(FileRange range);
}
