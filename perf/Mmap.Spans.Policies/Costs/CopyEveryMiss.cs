namespace Mmap.Spans.Policies.Costs;

/// <summary>A full table stays as it is.</summary>
internal sealed class CopyEveryMiss : Rule
{
    protected override bool MakesRoom(int window, Lease lease) => false;
}
