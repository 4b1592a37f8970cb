namespace Mmap.Spans.Policies.Costs;

/// <summary>Every miss maps: the rule without copies.</summary>
internal sealed class MapEveryMiss : Rule
{
    protected override bool MakesRoom(int window, Lease lease) => Evict();
}
