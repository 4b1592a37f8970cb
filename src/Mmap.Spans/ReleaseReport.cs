using System.Diagnostics;
using System.Globalization;

namespace Mmap.Spans;

/// <summary>The result of <see cref="MapManager.Release"/>: released resources, and the holders of the rest.</summary>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed class ReleaseReport
{
    /// <summary>The number of regions unmapped.</summary>
    public int RegionsDropped { get; init; }

    /// <summary>The number of file handles closed.</summary>
    public int HandlesClosed { get; init; }

    /// <summary>The files that are still held, with the number of leases on them.</summary>
    public IReadOnlyList<HeldFile> Held { get; init; } = [];

    private string DebuggerText => ToString();

    /// <summary>The report in one line, for people: the format may change.</summary>
    public override string ToString()
    {
        string held = Held.Count == 0 ? "nothing" : string.Join(", ", Held);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{new Amount(RegionsDropped, "region")} dropped, {new Amount(HandlesClosed, "handle")} closed; "
            + $"still held: {held}");
    }
}
