using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Mmap.Spans.Analyzers.Flow;

/// <summary>The pins of each variable at one point of a method. Immutable.</summary>
internal sealed class ViewState
{
    public static readonly ViewState Empty = new(ImmutableDictionary<object, Holding>.Empty);

    private readonly ImmutableDictionary<object, Holding> _holdings;

    private ViewState(ImmutableDictionary<object, Holding> holdings) => _holdings = holdings;

    /// <summary>The pins of a variable, named by its symbol or its capture; null if unknown.</summary>
    public Holding? this[object variable] => _holdings.TryGetValue(variable, out Holding? holding) ? holding : null;

    public ViewState With(object variable, Holding? holding) =>
        new(holding is null ? _holdings.Remove(variable) : _holdings.SetItem(variable, holding));

    /// <summary>The state after an operation that takes a pin runs again: its earlier pin is now the old one.</summary>
    public ViewState Aged(object site) => Each(holding => holding.Aged(site));

    /// <summary>The state after some pins end.</summary>
    /// <param name="pins">The pins that end.</param>
    /// <param name="by">The call that ends them.</param>
    /// <param name="touches">Selects the variables that become invalid.</param>
    public ViewState Ended(Holding pins, IOperation by, Func<object, bool> touches)
    {
        ImmutableDictionary<object, Holding> holdings = _holdings;
        foreach (KeyValuePair<object, Holding> entry in _holdings)
            if (touches(entry.Key) && entry.Value.Pins.Overlaps(pins.Pins))
                holdings = holdings.SetItem(entry.Key, entry.Value.Ended(by));
        return new ViewState(holdings);
    }

    /// <summary>The union of the states where two paths meet.</summary>
    public static ViewState Join(ViewState? one, ViewState other)
    {
        if (one is null) return other;
        ImmutableDictionary<object, Holding> holdings = one._holdings;
        foreach (KeyValuePair<object, Holding> entry in other._holdings)
            holdings = holdings.SetItem(entry.Key, Holding.Join(one[entry.Key], entry.Value)!);
        return new ViewState(holdings);
    }

    public bool IsSame(ViewState? other) => other is not null && _holdings.Count == other._holdings.Count
        && _holdings.All(entry => entry.Value.Equals(other[entry.Key]));

    private ViewState Each(Func<Holding, Holding> change)
    {
        ImmutableDictionary<object, Holding> holdings = _holdings;
        foreach (KeyValuePair<object, Holding> entry in _holdings)
            holdings = holdings.SetItem(entry.Key, change(entry.Value));
        return new ViewState(holdings);
    }
}
