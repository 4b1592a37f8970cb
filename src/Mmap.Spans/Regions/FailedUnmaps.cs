using Mmap.Spans.Threading;

namespace Mmap.Spans.Regions;

/// <summary>
/// Retired regions that the system refused to unmap: still mapped, so still charged, and tried again whenever there is
/// something to drop. Thread-safe.
/// </summary>
internal sealed class FailedUnmaps
{
    /// <summary>
    /// With that many, no other region is dropped for want of room: it would be refused as well, most likely, and what it
    /// holds is worth more mapped and known than mapped and lost.
    /// </summary>
    public const int Max = 8;

    private readonly object _monitor = new();
    private readonly List<Region> _regions = [];
    private bool _retrying;

    public int Count
    {
        get
        {
            // Exact regions join outside the gate.
            using (new MonitorScope(_monitor)) return _regions.Count;
        }
    }

    public void Add(Region region)
    {
        using (new MonitorScope(_monitor)) _regions.Add(region);
    }

    public void Remove(Region region)
    {
        using (new MonitorScope(_monitor)) _regions.Remove(region);
    }

    /// <summary>The regions, for one thread at a time to try again; <see cref="EndRetry"/> ends it. Newest first.</summary>
    /// <returns>Nothing if there are none, or another thread is at it.</returns>
    public Region[] BeginRetry()
    {
        using (new MonitorScope(_monitor))
        {
            if (_retrying || _regions.Count == 0) return [];
            _retrying = true;
            return [.. Enumerable.Reverse(_regions)];
        }
    }

    public void EndRetry()
    {
        using (new MonitorScope(_monitor)) _retrying = false;
    }
}
