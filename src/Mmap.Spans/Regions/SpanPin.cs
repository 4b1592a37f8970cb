using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mmap.Spans.Regions;

/// <summary>
/// The pin of one span lease, and the whole way of a hit: the look-up, the pin and the release. The pin is a hazard
/// slot of the calling thread, or a reference if no slot is free.
/// </summary>
/// <remarks>
/// A hit is sound in this order: directory, region, its length; then the slot's store; then the region's word; then the
/// address. The length may have grown meanwhile, with the file. A length not yet written is 0 and takes the slow way.
/// So does every wrong argument: a negative offset has no window, and a negative length is longer than any region.
/// </remarks>
// SAFETY: unsafe for the pointer to a hazard block, which lives as long as the process. The block is the calling
// thread's own, or NoBlock for a reference.
internal readonly unsafe struct SpanPin
{
    /// <summary>The pinned region; null in the default.</summary>
    public readonly Region? Region;

    private readonly HazardBlock* _block;

    /// <summary>
    /// The slot of the block, or the reference of the thread. No two leases of a thread share one.
    /// </summary>
    private readonly long _token;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private SpanPin(Region region, HazardBlock* block, long token)
    {
        Region = region;
        _block = block;
        _token = token;
    }

    /// <summary>The pin of an empty lease: it pins nothing, and its token carries its offset.</summary>
    public static SpanPin NothingAt(long offset) => new(Region.None, HazardSlots.NoBlock, offset | long.MinValue);

    /// <summary>The pin of a lease whose bytes were read into a buffer of the thread: it has the buffer.</summary>
    /// <param name="copies">The file's.</param>
    /// <param name="token">The buffer's.</param>
    public static SpanPin OfCopy(Region copies, long token) => new(copies, HazardSlots.NoBlock, token);

    /// <summary>The offset in the file of bytes of the pin, which has not ended.</summary>
    /// <param name="bytes">The leased bytes.</param>
    // SAFETY: the bytes are pinned and do not move, so their address may be compared; it is not read.
    public long OffsetOf(ReadOnlySpan<byte> bytes) => Region!.IsNone
        ? _token & long.MaxValue
        : Region.IsForCopies ? SpanBuffer.OffsetOf(_token)
        : unchecked((nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(bytes)) - Region.Base);

    /// <summary>Pins the region that holds a range, without a locked instruction.</summary>
    /// <returns>False if this is not the quick case: no such region, no block yet, no free slot, or not simply
    /// Live.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryTake(RegionDirectory directory, long offset, int length, out SpanPin pin)
    {
        // The thread's block is fetched after the look-up: where it is found by a call, fewer registers are saved.
        if (directory.TryFind(offset, length, out Region? region) && TryTake(region, HazardSlots.Own, out pin))
        {
            region.Touch();
            return true;
        }

        pin = default;
        return false;
    }

    /// <summary>The same for a caller that has already fetched its thread's block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryTake(RegionDirectory directory, HazardBlock* own, long offset, int length, out SpanPin pin)
    {
        if (directory.TryFind(offset, length, out Region? region) && TryTake(region, own, out pin))
        {
            region.Touch();
            return true;
        }

        pin = default;
        return false;
    }

    /// <summary>Pins a region that may be retired at any moment.</summary>
    /// <param name="region">The region.</param>
    /// <param name="own">The calling thread's block, or null before its first lease.</param>
    /// <param name="pin">The pin; not to be read if the answer is false.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryTake(Region region, HazardBlock* own, out SpanPin pin)
    {
        // SAFETY: the block is this thread's own and lives as long as the process.
        if (own != null && own->TryStore(region.Id, out long token))
        {
            pin = new SpanPin(region, own, token);
            // The order of these two, the store above and the load here, is what the sweeper's barrier relies on.
            return region.State.IsOpen || TryRescue(region, own, token);
        }

        pin = default;
        return false;
    }

    /// <summary>A pin for the caller's reference; it becomes a hazard if a slot is free.</summary>
    /// <param name="region">The region.</param>
    /// <param name="record">The lease's record, which ends with it; only leases of exact regions are tracked.</param>
    public static SpanPin FromReference(Region region, IDisposable? record = null)
    {
        if (region.IsExact) return new SpanPin(region, HazardSlots.NoBlock, OverflowPins.Keep(region, record));

        HazardBlock* own = HazardSlots.OwnOrRegister();
        for (int tries = 0; tries < HazardBlock.Slots; tries++)
        {
            // SAFETY: as in TryTake. The reference keeps the region until the slot shows: giving it back is a locked
            // operation that comes after the store, and no sweeper marks before.
            if (!own->TryStore(region.Id, out long token)) continue;
            region.Directory.Table.Release(region);
            return new SpanPin(region, own, token);
        }

        return new SpanPin(region, HazardSlots.NoBlock, OverflowPins.Keep(region));
    }

    /// <summary>Copies a value from the region and releases the pin. The range was checked.</summary>
    /// <exception cref="FileChangedException">As in <see cref="Release"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T ReadAndRelease<T>(long offset)
        where T : unmanaged
    {
        // SAFETY: as many bytes as the value has, pinned until the release; the read checks their number.
        ReadOnlySpan<byte> bytes = Region!.Bytes(offset, Unsafe.SizeOf<T>());
        T value = MemoryMarshal.Read<T>(bytes);
        Release(bytes);
        return value;
    }

    /// <summary>Copies a range from the region and releases the pin. The range was checked.</summary>
    /// <returns>The number of bytes, all that the destination holds.</returns>
    /// <exception cref="FileChangedException">As in <see cref="Release"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int CopyAndRelease(long offset, Span<byte> destination)
    {
        ReadOnlySpan<byte> bytes = Region!.Bytes(offset, destination.Length);
        bytes.CopyTo(destination);
        Release(bytes);
        return bytes.Length;
    }

    /// <summary>Releases the pin. Idempotent, on copies as well.</summary>
    /// <param name="shown">The bytes that the lease showed.</param>
    /// <exception cref="FileChangedException">Some of them could not be read; the pin is released all the
    /// same.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release(ReadOnlySpan<byte> shown)
    {
        // SAFETY: as in TryTake; the pin of a ref struct cannot leave its thread.
        // The order of these two, the clearing store and then the load, is what a waiting sweeper relies on. One test
        // of the word here; whether a reference will report the region is looked at in the slow end. Short, for the
        // compiler puts the end of a caller's using into its way by copying it, and copies fifteen statements at most.
        if (Region is not null && (!_block->TryClear(_token) || Region.State.EndsSlowly))
            ReleaseSlowly(Region, _token, shown);
    }

    /// <summary>Keeps a hazard on a region that is being retired, or releases it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryRescue(Region region, HazardBlock* own, long token)
    {
        if (region.State.TryRescue()) return true;

        // A scan may have seen the slot and spared the region for it, so this is a release like any other.
        // SAFETY: as in TryTake.
        own->TryClear(token);
        if (region.State.IsLeftToHazards) region.NotifySweeper();
        return false;
    }

    /// <summary>
    /// The rare ends: a region that is Closing, Parked or watched, a reference instead of a slot, a late copy. Out of
    /// line, so that the rest is short.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReleaseSlowly(Region region, long token, ReadOnlySpan<byte> shown)
    {
        if (region.IsNone) return;
        if (region.IsForCopies)
        {
            SpanBuffer.Release(token);
            return;
        }

        // A window that a heap lease holds: its many span leases end here, and one look is all they pay.
        if (token >= 0 && region.State.IsLeftToReferences) return;
        // SAFETY: as in TryTake. A copy of an ended lease does nothing.
        bool isFirst = token < 0 ? OverflowPins.Release(token) : HazardSlots.Own->TryInvalidate(token);
        bool wanted = token >= 0 && region.State.IsLeftToHazards;
        if (wanted) region.NotifySweeper();
        if (isFirst) UnreadableBytes.ThrowIfIn(region, shown);
    }
}
