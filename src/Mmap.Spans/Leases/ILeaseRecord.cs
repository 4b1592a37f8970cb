namespace Mmap.Spans.Leases;

/// <summary>The record of an object that must be disposed; disposed with it.</summary>
internal interface ILeaseRecord : IDisposable
{
    /// <summary>Records the bytes held now; an empty range while nothing is held.</summary>
    void Holds(FileRange range);
}
