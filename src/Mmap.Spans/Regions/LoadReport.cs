namespace Mmap.Spans.Regions;

/// <summary>What a load met on its way. The observer is told when the load is over, so that no listener meets half of one.</summary>
internal struct LoadReport
{
    /// <summary>What left to make room.</summary>
    public LeavingRegions Left;

    /// <summary>Why the system refused at first, each time.</summary>
    public List<string>? Retries;

    /// <summary>Why the range was copied in the end and not mapped.</summary>
    public string? Fallback;
}
