using Mmap.Spans.Regions;

namespace Mmap.Spans.Files;

/// <summary>The object that a user has open, as its windows see it.</summary>
internal interface IOpenFile
{
    /// <summary>Throws once the object or its manager is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The object or its manager is disposed.</exception>
    void ThrowIfDisposed();

    /// <summary>True if the object or its manager is disposed.</summary>
    bool IsDisposed { get; }

    /// <summary>The regions of the file.</summary>
    RegionDirectory Directory { get; }
}
