using System.Diagnostics;
using System.Globalization;

namespace Mmap.Spans;

/// <summary>A file that is still held.</summary>
/// <param name="Path">The file.</param>
/// <param name="LiveLeases">How many pins hold regions of it; span leases count as one a region. 0 where no lease
/// holds any: a handle that a user lent to <see cref="MapManager.Open(Microsoft.Win32.SafeHandles.SafeFileHandle, MappedFileOptions?)"/>
/// is held, or the system refuses to unmap a region, which is tried again whenever there is something to drop.</param>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed record HeldFile(string Path, int LiveLeases)
{
    private string DebuggerText => ToString();

    /// <summary>The file and its leases, for a person: the form may change.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"'{Path}' by {LiveLeases} leases");
}
