using System.Diagnostics;

namespace Mmap.Spans;

/// <summary>What <see cref="MapManager.Release"/> dropped, and what still holds the rest.</summary>
/// <param name="RegionsDropped">Regions that are out of memory now.</param>
/// <param name="HandlesClosed">File handles that are closed now.</param>
/// <param name="Held">The files that are still held, with the leases that hold them, if it is leases.</param>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed record ReleaseReport(int RegionsDropped, int HandlesClosed, IReadOnlyList<HeldFile> Held)
{
    private string DebuggerText => $"{RegionsDropped} regions dropped, {HandlesClosed} handles closed, {Held.Count} files held";
}

/// <summary>A file that is still held.</summary>
/// <param name="Path">The file.</param>
/// <param name="LiveLeases">How many pins hold regions of it; span leases count as one a region. 0 where no lease
/// holds any: a handle that a user lent to <see cref="MapManager.Open(Microsoft.Win32.SafeHandles.SafeFileHandle, MappedFileOptions?)"/>
/// is held, or the system refuses to unmap a region, which is tried again whenever there is something to drop.</param>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed record HeldFile(string Path, int LiveLeases)
{
    private string DebuggerText => $"'{Path}', {LiveLeases} leases";
}

/// <summary>What became of a file since its length was last looked at.</summary>
public enum FileChange
{
    /// <summary>Its length is the same.</summary>
    Unchanged,

    /// <summary>It is longer.</summary>
    Grown,

    /// <summary>It is shorter.</summary>
    Shrunk,

    /// <summary>Its name belongs to another file now; this one keeps its old bytes.</summary>
    Replaced,
}
