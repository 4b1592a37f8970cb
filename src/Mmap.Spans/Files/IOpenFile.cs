using Mmap.Spans.Regions;

namespace Mmap.Spans.Files;

/// <summary>What a file's windows must know of the object that a user has open.</summary>
internal interface IOpenFile
{
    /// <summary>Refuses everything once the object or its manager is disposed.</summary>
    /// <exception cref="ObjectDisposedException">It is.</exception>
    void ThrowIfDisposed();

    /// <summary>Whether the object or its manager is disposed.</summary>
    bool IsDisposed { get; }

    /// <summary>The regions of the file.</summary>
    RegionDirectory Directory { get; }
}
