using System.Diagnostics;

namespace Mmap.Spans.Regions;

/// <summary>
/// The limits of the manager and the charges: bytes of mappings, bytes of copies, and regions of either kind. Charged
/// before the system is asked, uncharged after the unmap. Thread-safe, without a lock.
/// </summary>
internal sealed class RegionBudget(long maxMappedBytes, long maxCopiedBytes, int maxRegions)
{
    private long _regions;
    private long _peakRegions;

    public ByteBudget Mapped { get; } = new(maxMappedBytes);

    public ByteBudget Copied { get; } = new(maxCopiedBytes);

    public int MaxRegions { get; } = maxRegions;

    /// <summary>Bytes charged, of both kinds.</summary>
    public long Bytes => Mapped.Charged + Copied.Charged;

    // Order: acquire, in both. Stale: shown to people and named in errors; an exchange decides.
    public int Regions => (int)Volatile.Read(ref _regions);

    public int PeakRegions => (int)Volatile.Read(ref _peakRegions);

    /// <summary>The budget of the kind that a region is charged as.</summary>
    public ByteBudget Of(Region region) => region.IsCopied ? Copied : Mapped;

    /// <summary>Uncharges a region that was leaving and is unmapped.</summary>
    public void Unmapped(Region region)
    {
        Of(region).Unmapped(region.ChargedBytes);
        RemoveRegion();
    }

    /// <summary>Uncharges a region whose load failed.</summary>
    public void Uncharge(Region region)
    {
        Of(region).Uncharge(region.ChargedBytes);
        RemoveRegion();
    }

    /// <summary>Counts a region only if that does not exceed the maximum.</summary>
    public bool TryAddRegion()
    {
        // Order: acquire. Stale: an old sum makes the exchange fail; an old full count refuses, and the caller tries
        // once more after a sweep.
        long seen = Volatile.Read(ref _regions);
        while (seen < MaxRegions)
        {
            // Order: full; as in ByteBudget.TryCharge.
            long found = Interlocked.CompareExchange(ref _regions, seen + 1, seen);
            if (found == seen)
            {
                RaisePeak(seen + 1);
                return true;
            }

            seen = found;
        }

        return false;
    }

    /// <summary>Uncounts a region.</summary>
    public void RemoveRegion()
    {
        // Order: full, so that the mapping is gone when another thread counts one in its place.
        long now = Interlocked.Decrement(ref _regions);
        Debug.Assert(now >= 0, "More regions were given back than counted.");
    }

    private void RaisePeak(long regions)
    {
        // Order: acquire, then full; as ByteBudget's.
        long peak = Volatile.Read(ref _peakRegions);
        while (regions > peak)
        {
            long found = Interlocked.CompareExchange(ref _peakRegions, regions, peak);
            if (found == peak) return;
            peak = found;
        }
    }
}
