using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Mmap.Spans.Analyzers.Flow;

/// <summary>The pins that a variable stands for, and the call that ended one of them.</summary>
/// <remarks>A pin is named by the operation that took it, or by the variable that brought it in. When that operation
/// runs again, the earlier pin is called old: a loop may keep the lease of its last turn.</remarks>
internal sealed class Holding : IEquatable<Holding>
{
    public Holding(ImmutableHashSet<(object Site, bool Old)> pins, IOperation? endedBy = null)
    {
        Pins = pins;
        EndedBy = endedBy;
    }

    public ImmutableHashSet<(object Site, bool Old)> Pins { get; }

    /// <summary>The call that ended it on some path to this point; null if there is none.</summary>
    public IOperation? EndedBy { get; }

    public static Holding Of(object site) => new([(site, false)]);

    /// <summary>The union: a value that may be either.</summary>
    public static Holding? Join(Holding? one, Holding? other)
    {
        if (one is null || other is null) return one ?? other;
        return new Holding(one.Pins.Union(other.Pins), one.EndedBy ?? other.EndedBy);
    }

    public Holding Ended(IOperation by) => EndedBy is null ? new Holding(Pins, by) : this;

    public Holding Aged(object site) => Pins.Contains((site, false))
        ? new Holding(Pins.Remove((site, false)).Add((site, true)), EndedBy)
        : this;

    public bool Equals(Holding? other) =>
        other is not null && Pins.SetEquals(other.Pins) && ReferenceEquals(EndedBy, other.EndedBy);

    public override bool Equals(object? obj) => Equals(obj as Holding);

    public override int GetHashCode() => Pins.Count;
}
