using System.Runtime.CompilerServices;

namespace Mmap.Spans.Regions;

/// <summary>
/// How span leases pin: by a hazard slot of their thread, and when all its slots are taken by a reference that the
/// thread keeps a note of. Either is known by a token that no other lease of the thread ever has.
/// </summary>
/// <remarks>Tokens of slots count up from 1, tokens of references down from -1; an empty lease has one that nobody gets.</remarks>
// SAFETY: unsafe for pointers to hazard blocks, which live as long as the process; each is the calling thread's own.
internal static unsafe class SpanPins
{
    /// <summary>A reference that a thread holds for a span lease that found no slot.</summary>
    private readonly record struct Overflow(long Token, Region Region, IDisposable? Record);

    [ThreadStatic]
    private static List<Overflow>? t_overflow;

    [ThreadStatic]
    private static long t_lastOverflow;

    /// <summary>A lease of no bytes, which pins nothing.</summary>
    public static SpanLease Empty => new(default, Region.None, HazardSlots.NoBlock, long.MinValue);

    /// <summary>Pins a region that may be retired at any moment, without a locked instruction.</summary>
    /// <returns>False if this is not the quick case: no block yet, no free slot, or the region is not simply Live.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryHazard(Region region, out HazardBlock* own, out long token)
    {
        own = HazardSlots.Own;
        token = 0;
        // SAFETY: the block is this thread's own and lives as long as the process.
        if (own == null || !own->TryStore(region.Id, out token)) return false;

        // The order of these two, the store above and the load here, is what the sweeper's barrier relies on.
        return region.State.IsOpen || TryRescue(region, own, token);
    }

    /// <summary>Keeps a hazard that stands on a region which is being taken, or gives it up.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryRescue(Region region, HazardBlock* own, long token)
    {
        if (region.State.TryRescue()) return true;

        // A scan may have seen the slot and spared the region for it, so this is a release like any other.
        // SAFETY: as in TryHazard.
        own->TryClear(token);
        if (region.State.NeedsSweep) region.NotifySweeper();
        return false;
    }

    /// <summary>A lease for a reference of the caller's, which becomes a hazard if a slot is free.</summary>
    /// <param name="region">The region.</param>
    /// <param name="span">Its bytes.</param>
    /// <param name="record">What ends with the lease, if it is tracked, which only one of an exact region is.</param>
    public static SpanLease FromReference(Region region, ReadOnlySpan<byte> span, IDisposable? record = null)
    {
        if (region.IsExact) return new SpanLease(span, region, HazardSlots.NoBlock, Keep(region, record));

        HazardBlock* own = HazardSlots.OwnOrRegister();
        for (int tries = 0; tries < HazardBlock.Slots; tries++)
        {
            // SAFETY: as in TryHazard. The reference keeps the region until the slot shows: giving it back is a locked
            // operation that comes after the store, and no sweeper marks before.
            if (!own->TryStore(region.Id, out long token)) continue;
            region.Directory.Table.Release(region);
            return new SpanLease(span, region, own, token);
        }

        return new SpanLease(span, region, HazardSlots.NoBlock, Keep(region));
    }

    /// <summary>Notes a reference, or an exact region, as a pin of the calling thread.</summary>
    private static long Keep(Region region, IDisposable? record = null)
    {
        long token = --t_lastOverflow;
        (t_overflow ??= []).Add(new Overflow(token, region, record));
        return token;
    }

    /// <summary>Gives back the reference of a token; does nothing if that was done before, or if it was a slot's.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void ReleaseReference(long token)
    {
        if (t_overflow is not { } overflow) return;
        int index = overflow.FindLastIndex(lease => lease.Token == token);
        if (index < 0) return;

        Overflow kept = overflow[index];
        overflow.RemoveAt(index);
        kept.Record?.Dispose();
        kept.Region.Directory.Table.Release(kept.Region);
    }
}
