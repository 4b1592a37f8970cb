using System.Diagnostics;

namespace Mmap.Spans.Regions;

/// <summary>
/// What the manager may hold and what it holds: bytes and regions, mapped or being mapped. Charged before the system is
/// asked, given back after the unmap. Thread-safe.
/// </summary>
internal sealed class RegionBudget(long maxBytes, int maxRegions)
{
    private long _bytes;
    private long _regions;
    private long _peakBytes;

    public long MaxBytes { get; } = maxBytes;

    public int MaxRegions { get; } = maxRegions;

    // Order: acquire, in the three. Stale: they are shown to people and named in errors; what decides is an exchange.
    public long Bytes => Volatile.Read(ref _bytes);

    public long PeakBytes => Volatile.Read(ref _peakBytes);

    public int Regions => (int)Volatile.Read(ref _regions);

    /// <summary>Whether more bytes are charged than may be, as of all charges that came before.</summary>
    // Order: full, by a locked operation that changes nothing. Who charges and then looks, and who publishes and then
    // looks, must not overlook each other, and on arm64 a plain acquire could run ahead of the caller's last exchange.
    public bool IsOver => Interlocked.Add(ref _bytes, 0) > MaxBytes;

    /// <summary>Charges whatever the maximum is.</summary>
    /// <returns>True if the maximum is exceeded now.</returns>
    public bool Charge(long bytes)
    {
        // Order: full; before the sweep that makes room for it, so that a release on another thread sees one or the other.
        return Interlocked.Add(ref _bytes, bytes) > MaxBytes;
    }

    /// <summary>Charges bytes only if the maximum is not exceeded by it.</summary>
    public bool TryCharge(long bytes)
    {
        // Order: acquire. Stale: a sum that others have changed makes the exchange fail, which brings the new one.
        long seen = Volatile.Read(ref _bytes);
        while (seen + bytes <= MaxBytes)
        {
            // Order: full; as in Charge.
            long found = Interlocked.CompareExchange(ref _bytes, seen + bytes, seen);
            if (found == seen) return true;
            seen = found;
        }

        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Uncharge(long bytes)
    {
        // Order: full, so that the unmap before it is over when another thread charges the same bytes for its own.
        long now = Interlocked.Add(ref _bytes, -bytes);
        Debug.Assert(now >= 0, "More was given back than charged.");
    }

    /// <summary>Counts a region only if the maximum is not exceeded by it.</summary>
    public bool TryAddRegion()
    {
        // Order: acquire. Stale: as in TryCharge; an old full count refuses, and the caller tries once more after a sweep.
        long seen = Volatile.Read(ref _regions);
        while (seen < MaxRegions)
        {
            // Order: full; as in Charge.
            long found = Interlocked.CompareExchange(ref _regions, seen + 1, seen);
            if (found == seen) return true;
            seen = found;
        }

        return false;
    }

    /// <summary>Counts a region out.</summary>
    public void RemoveRegion()
    {
        // Order: full, so that the mapping is gone when another thread counts one in its place.
        long now = Interlocked.Decrement(ref _regions);
        Debug.Assert(now >= 0, "More regions were given back than counted.");
    }

    /// <summary>
    /// Takes note of what is charged now. To be called when room was made for a charge and before it is mapped: the bytes
    /// between a charge and its sweep are never in memory together.
    /// </summary>
    public void NotePeak()
    {
        long now = Bytes;
        // Order: acquire. Stale: a peak that another thread has just raised makes the exchange fail, which brings the new one.
        long peak = Volatile.Read(ref _peakBytes);
        while (now > peak)
        {
            // Order: full, so that no higher peak is overwritten; nothing else relies on it.
            long found = Interlocked.CompareExchange(ref _peakBytes, now, peak);
            if (found == peak) return;
            peak = found;
        }
    }
}
