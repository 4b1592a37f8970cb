using Mmap.Spans.Threading;

namespace Mmap.Spans.Regions;

/// <summary>
/// The regions in memory that are on no directory's grid: exact ones, closed ones with pins, and those that the system
/// refuses to unmap. Thread-safe.
/// </summary>
internal sealed class DetachedRegions
{
    private readonly object _monitor = new();
    private readonly HashSet<Region> _regions = [];

    public void Add(Region region)
    {
        using (new MonitorScope(_monitor)) _regions.Add(region);
    }

    public void Remove(Region region)
    {
        using (new MonitorScope(_monitor)) _regions.Remove(region);
    }

    /// <summary>The regions at one moment.</summary>
    public List<Region> Snapshot()
    {
        using (new MonitorScope(_monitor)) return [.. _regions];
    }
}
