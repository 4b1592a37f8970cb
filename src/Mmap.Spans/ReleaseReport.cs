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
