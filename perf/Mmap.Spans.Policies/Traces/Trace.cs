namespace Mmap.Spans.Policies.Traces;

/// <summary>
/// The touches of many readers in the order a table would see them. A touch is a region's number shifted left by one;
/// the lowest bit says that a use begins here.
/// </summary>
internal sealed record Trace(string Name, int[] Touches, int Uses, long[] Bytes)
{
    public int Regions => Bytes.Length;

    /// <summary>A loop's budget, as a share of its footprint; null where the budget is varied.</summary>
    public double? BudgetShare { get; init; }

    /// <summary>The bytes of all regions the trace touches.</summary>
    public long Footprint
    {
        get
        {
            bool[] seen = new bool[Regions];
            foreach (int touch in Touches) seen[touch >> 1] = true;
            return Bytes.Where((_, id) => seen[id]).Sum();
        }
    }
}
