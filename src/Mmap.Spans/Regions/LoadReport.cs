namespace Mmap.Spans.Regions;

/// <summary>
/// The events of one load. The observer is told when the load is over, so that no listener meets an unfinished one.
/// </summary>
internal struct LoadReport
{
    /// <summary>The regions that left to make room.</summary>
    public LeavingRegions Left;

    /// <summary>The reason of each refusal by the system before a retry.</summary>
    public List<string>? Retries;

    /// <summary>The reason why the range was copied and not mapped.</summary>
    public string? Fallback;
}
