using System.Diagnostics;
using System.Globalization;

namespace Mmap.Spans;

/// <summary>A file that is still held after <see cref="MapManager.Release"/>.</summary>
/// <param name="Path">The file.</param>
/// <param name="LiveLeases">The number of pins on its regions; all span leases of a region count as one. It is 0 if no
/// lease holds the file. Then either its handle came from a caller
/// (<see cref="MapManager.Open(Microsoft.Win32.SafeHandles.SafeFileHandle, MappedFileOptions?)"/>), or the system
/// refuses to unmap a region. Later evictions try such an unmap again.</param>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed record HeldFile(string Path, int LiveLeases)
{
    private string DebuggerText => ToString();

    /// <summary>The file and its leases, for people: the format may change.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"'{Path}' by {LiveLeases} leases");
}
