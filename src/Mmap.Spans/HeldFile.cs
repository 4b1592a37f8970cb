using System.Diagnostics;
using System.Globalization;

namespace Mmap.Spans;

/// <summary>A file that is still held after <see cref="MapManager.Release"/>.</summary>
/// <param name="Path">The file.</param>
/// <param name="LiveLeases">The number of pins on its regions; all span leases of a region count as one. It is 0 if no
/// lease holds the file. Then <see cref="Streams"/> have it open, or its handle came from a caller
/// (<see cref="MapManager.Open(Microsoft.Win32.SafeHandles.SafeFileHandle, MappedFileOptions?)"/>). Or the system
/// refuses to unmap a region; later evictions try that again.</param>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed record HeldFile(string Path, int LiveLeases)
{
    /// <summary>
    /// The number of streams and pipe readers that have it open. Between two windows they hold no region and no handle;
    /// their next read opens the file again. The window that one shows counts in <see cref="LiveLeases"/>.
    /// </summary>
    public int Streams { get; init; }

    private string DebuggerText => ToString();

    /// <summary>The file and its holders, for people: the format may change.</summary>
    public override string ToString()
    {
        string also = Streams == 0 ? "" : $" and {new Amount(Streams, "stream or reader", "streams or readers")}";
        return string.Create(CultureInfo.InvariantCulture, $"'{Path}' by {new Amount(LiveLeases, "lease")}{also}");
    }
}
