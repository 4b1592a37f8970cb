namespace Mmap.Spans.Policies.Costs;

/// <summary>
/// A window is mapped at its k-th miss within an epoch, which is ten copies for each region of the table.
/// </summary>
internal sealed class AfterMisses(int most) : Rule
{
    private int[] _misses = [];
    private long[] _epochOf = [];
    private long _copies;

    protected override void Begin(int windows)
    {
        _misses = new int[windows];
        _epochOf = new long[windows];
    }

    protected override bool MakesRoom(int window, Lease lease)
    {
        long epoch = ++_copies / (10L * MostRegions);
        if (_epochOf[window] != epoch) _misses[window] = 0;
        _epochOf[window] = epoch;
        if (++_misses[window] < most) return false;
        _misses[window] = 0;
        return Evict();
    }
}
