namespace Mmap.Spans;

/// <summary>
/// A region could not be loaded because live leases hold all of the budget: its bytes under
/// <see cref="OverBudget.Fail"/>, or the number of regions under either mode. The message names the limits and the
/// file that holds most. The call holds nothing; end some leases and try again.
/// </summary>
public sealed class MapBudgetExceededException : IOException
{
    internal MapBudgetExceededException(string message) : base(message)
    {
    }
}
