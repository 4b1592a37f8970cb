using Mmap.Spans.Regions;

namespace Mmap.Spans.Diagnostics;

/// <summary>
/// Counts the work of one manager's table and files, and passes it to the meter and the event source. Thread-safe.
/// </summary>
internal sealed class RegionTelemetry : IRegionObserver
{
    private long _misses, _maps, _evictions, _retries, _fallbacks, _unreadable, _admissions;
    private readonly SharedCount _copies = new();

    public long Misses => Seen(ref _misses);

    public long Maps => Seen(ref _maps);

    public long Evictions => Seen(ref _evictions);

    public long Retries => Seen(ref _retries);

    public long Fallbacks => Seen(ref _fallbacks);

    public long Copies => _copies.Sum;

    public long Admissions => Seen(ref _admissions);

    public long Unreadables => Seen(ref _unreadable);

    public void Missed()
    {
        Count(ref _misses);
        MapMetrics.Missed();
    }

    public void Loaded(Region region)
    {
        Count(ref _maps);
        MapMetrics.Mapped();
        MapEvents.Log.Map(region.Directory.Name, region.Start, region.Length, region.Memory.IsCopy);
    }

    public void Left(in LeavingRegions regions, bool evicted)
    {
        // All counts first: a listener that asks for statistics sees the new ones.
        for (Region? region = regions.First; region is not null; region = region.NextLeaving)
        {
            if (IsEviction(region, evicted)) Count(ref _evictions);
        }

        for (Region? region = regions.First; region is not null; region = region.NextLeaving)
        {
            if (!region.IsUnmapped) continue;
            MapEvents.Log.Unmap(region.Directory.Name, region.Start, region.Length);
            if (!IsEviction(region, evicted)) continue;
            MapMetrics.Evicted();
            MapEvents.Log.Evict(region.Directory.Name, region.Start, region.Length);
        }
    }

    public void Retried(string file, FileRange range, string refusal)
    {
        Count(ref _retries);
        MapMetrics.Retried();
        MapEvents.Log.Retry(file, range.Offset, range.Length, refusal);
    }

    public void Unreadable(Region region, FileRange range)
    {
        Count(ref _unreadable);
        MapMetrics.Unreadable();
        MapEvents.Log.Unreadable(region.Directory.Name, range.Offset, range.Length);
    }

    public void Copied(string file, long offset, int length)
    {
        _copies.Increment();
        MapMetrics.Copied();
        MapEvents.Log.Copy(file, offset, length);
    }

    public void Admitted(string file, long offset)
    {
        Count(ref _admissions);
        MapMetrics.Admitted();
        MapEvents.Log.Admit(file, offset);
    }

    public void FellBack(string file, FileRange range, string refusal)
    {
        Count(ref _fallbacks);
        MapMetrics.FellBack();
        MapEvents.Log.Fallback(file, range.Offset, range.Length, refusal);
    }

    public void FileChanged(string file, FileRange range, string what) =>
        MapEvents.Log.FileChanged(file, range.Offset, range.Length, what);

    private static bool IsEviction(Region region, bool evicted) => evicted && region.IsVictim && region.IsUnmapped;

    // Order: acquire, so that a number read after a call counts that call. Stale: a number that others raise meanwhile
    // is a moment old, and nothing is decided by it.
    private static long Seen(ref long statistic) => Volatile.Read(ref statistic);

    // Order: full, because two threads that count at once must both count; nothing else relies on it.
    private static void Count(ref long statistic) => Interlocked.Increment(ref statistic);
}
