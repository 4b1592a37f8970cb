namespace Mmap.Spans;

/// <summary>The choice when live leases hold the whole budget of bytes and another region is needed.</summary>
public enum OverBudget
{
    /// <summary>Exceed the budget: leases win, and regions are evicted as soon as their last lease ends.</summary>
    Exceed,

    /// <summary>Throw <see cref="MapBudgetExceededException"/>: the budget wins.</summary>
    Fail,
}
