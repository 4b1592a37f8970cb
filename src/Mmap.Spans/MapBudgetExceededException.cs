namespace Mmap.Spans;

/// <summary>
/// A region could not be loaded because live leases hold the whole budget: its bytes under
/// <see cref="OverBudget.Fail"/>, or the maximum of regions in either mode. The message names the option that is the
/// limit, and the file that holds most. The failed call holds nothing; dispose some leases and try again.
/// </summary>
public sealed class MapBudgetExceededException : IOException
{
    /// <summary>Makes an exception without a file.</summary>
    public MapBudgetExceededException() : this(null)
    {
    }

    /// <summary>Makes an exception without a file.</summary>
    /// <param name="message">The message; by default a sentence of the library.</param>
    public MapBudgetExceededException(string? message) : this(message, null)
    {
    }

    /// <summary>Makes an exception without a file.</summary>
    /// <param name="message">The message; by default a sentence of the library.</param>
    /// <param name="innerException">The cause.</param>
    public MapBudgetExceededException(string? message, Exception? innerException)
        : base(message ?? "Live leases hold all of the budget.", innerException)
    {
    }

    /// <summary>The file of the region that was to be loaded; null if unknown.</summary>
    public string? FileName { get; init; }

    /// <summary>The range that was to be loaded.</summary>
    public FileRange Range { get; init; }

    /// <summary>The name of the option that is the limit; null if unknown.</summary>
    internal string? Limit { get; init; }
}
