namespace Mmap.Spans;

/// <summary>
/// A region could not be loaded because live leases hold all of the budget: its bytes under
/// <see cref="OverBudget.Fail"/>, or the number of regions under either mode. The message names the limits and the
/// file that holds most. The call holds nothing; end some leases and try again.
/// </summary>
public sealed class MapBudgetExceededException : IOException
{
    /// <summary>An exception without a file.</summary>
    public MapBudgetExceededException() : this(null)
    {
    }

    /// <summary>An exception without a file.</summary>
    /// <param name="message">What is told; a sentence of the library unless given.</param>
    public MapBudgetExceededException(string? message) : this(message, null)
    {
    }

    /// <summary>An exception without a file.</summary>
    /// <param name="message">What is told; a sentence of the library unless given.</param>
    /// <param name="innerException">What led to it.</param>
    public MapBudgetExceededException(string? message, Exception? innerException)
        : base(message ?? "Live leases hold all of the budget.", innerException)
    {
    }

    /// <summary>The file of which a region was to be loaded, or null if it is not known.</summary>
    public string? FileName { get; init; }

    /// <summary>The range that was to be loaded.</summary>
    public FileRange Range { get; init; }
}
