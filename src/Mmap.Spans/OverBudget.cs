namespace Mmap.Spans;

/// <summary>What happens when live leases hold the whole budget of bytes and one more region is needed.</summary>
public enum OverBudget
{
    /// <summary>Leases win: the budget is exceeded, and regions are dropped as soon as their last lease ends.</summary>
    Exceed,

    /// <summary>The budget wins: <see cref="MapBudgetExceededException"/>.</summary>
    Fail,
}
