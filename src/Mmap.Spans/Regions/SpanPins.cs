using System.Runtime.CompilerServices;

namespace Mmap.Spans.Regions;

/// <summary>
/// How span leases pin: by a hazard slot of their thread, and when all its slots are taken by a reference that the
/// thread keeps a note of. Either is known by a token that no other lease of the thread ever has.
/// </summary>
/// <remarks>Tokens of slots are positive, tokens of references negative, 0 pins nothing (an empty lease).</remarks>
internal static unsafe class SpanPins
{
    /// <summary>A reference that a thread holds for a span lease that found no slot.</summary>
    private readonly record struct Overflow(long Token, Region Region);

    [ThreadStatic]
    private static List<Overflow>? t_overflow;

    [ThreadStatic]
    private static long t_lastOverflow;

    /// <summary>Pins a region that may be retired at any moment, without a locked instruction.</summary>
    /// <returns>False if this is not the quick case: no block yet, no free slot, or the region is not simply Live.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryHazard(Region region, out long token)
    {
        HazardBlock* own = HazardSlots.Own;
        token = 0;
        // SAFETY: the block is this thread's own and lives as long as the process.
        if (own == null || !own->TryStore(region.Id, out token)) return false;

        // The order of these two, the store above and the load here, is what the sweeper's barrier relies on.
        if (region.State.IsOpen) return true;
        own->Clear(token);
        return false;
    }

    /// <summary>Turns the caller's reference into a pin of its thread.</summary>
    public static long FromReference(Region region)
    {
        HazardBlock* own = HazardSlots.OwnOrRegister();
        // SAFETY: as in TryHazard. The reference keeps the region until the slot shows: giving it back is a locked
        // operation that comes after the store, and no sweeper marks before.
        for (int tries = 0; tries < HazardBlock.Slots; tries++)
        {
            if (!own->TryStore(region.Id, out long token)) continue;
            region.Directory.Table.Release(region);
            return token;
        }

        return Keep(region);
    }

    /// <summary>Notes a reference, or an exact region, as a pin of the calling thread.</summary>
    public static long Keep(Region region)
    {
        long token = --t_lastOverflow;
        (t_overflow ??= []).Add(new Overflow(token, region));
        return token;
    }

    /// <summary>Ends a pin; does nothing if it has ended before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Release(Region region, long token)
    {
        if (token <= 0)
        {
            ReleaseReference(token);
            return;
        }

        // SAFETY: a positive token was given by this thread's block.
        // The order of these two, the clearing store and then the load, is what a waiting sweeper relies on.
        if (HazardSlots.Own->Clear(token) && region.State.WantsReport) region.Directory.Table.Report(region);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReleaseReference(long token)
    {
        if (token == 0 || t_overflow is not { } overflow) return;
        int index = overflow.FindLastIndex(kept => kept.Token == token);
        if (index < 0) return;

        Region region = overflow[index].Region;
        overflow.RemoveAt(index);
        if (region.IsExact) region.Directory.Table.EndExact(region);
        else region.Directory.Table.Release(region);
    }
}
