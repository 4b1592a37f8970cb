using System.Diagnostics;
using System.Globalization;

namespace Mmap.Spans;

/// <summary>What <see cref="MapManager.Release"/> dropped, and what still holds the rest.</summary>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed class ReleaseReport
{
    /// <summary>Regions that are out of memory now.</summary>
    public int RegionsDropped { get; init; }

    /// <summary>File handles that are closed now.</summary>
    public int HandlesClosed { get; init; }

    /// <summary>The files that are still held, with the leases that hold them, if it is leases.</summary>
    public IReadOnlyList<HeldFile> Held { get; init; } = [];

    private string DebuggerText => ToString();

    /// <summary>The report in one line, for a person: the form may change.</summary>
    public override string ToString()
    {
        string held = Held.Count == 0 ? "nothing" : string.Join(", ", Held);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{RegionsDropped} regions dropped, {HandlesClosed} handles closed; still held: {held}");
    }
}
