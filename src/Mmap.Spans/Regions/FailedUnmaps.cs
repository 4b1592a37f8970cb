using Mmap.Spans.Threading;

namespace Mmap.Spans.Regions;

/// <summary>
/// Retired regions that the system refused to unmap. They are still mapped and charged, and the next eviction tries
/// again. Thread-safe.
/// </summary>
internal sealed class FailedUnmaps
{
    /// <summary>
    /// With that many, no other region is evicted. It would most likely be refused as well, and is worth more in the
    /// table than mapped and lost.
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

    /// <summary>
    /// Takes the regions, newest first, for one thread at a time to try again; <see cref="EndRetry"/> ends it.
    /// </summary>
    /// <returns>Empty if there are none, or if another thread is trying.</returns>
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
