using System.Diagnostics;

namespace Mmap.Spans.Regions;

/// <summary>The maximum of bytes of one kind of memory, and the charge. Thread-safe, without a lock.</summary>
/// <remarks>
/// Three sums, because a region that leaves is charged until it is unmapped:
/// <code>
///              TryCharge,    Leave  Stay  Unmapped  Uncharge  Reserve  Cancel-
///              ChargeAnyway                                            Reservation
///   charged         +                       −         −                           in memory, or being loaded
///   leaving                   +     −       −                                     charged, out of use for good
///   reserved                                                   +         −        wanted by loads that make room
/// </code>
/// A load that can wait never takes <i>charged</i> past the maximum. A sweep evicts while <i>charged</i> less
/// <i>leaving</i> is past it, and for a load while that and <i>reserved</i> are.
/// </remarks>
internal sealed class ByteBudget(long max)
{
    private long _charged;
    private long _leaving;
    private long _reserved;
    private long _peak;

    /// <summary>The maximum of the charge.</summary>
    public long Max { get; } = max;

    // Order: acquire, in both. Stale: shown to people and named in errors; an exchange decides.
    public long Charged => Volatile.Read(ref _charged);

    public long Peak => Volatile.Read(ref _peak);

    /// <summary>True if that many more bytes fit now.</summary>
    // Order: acquire, by the property. Stale: a miss that is wrong by a moment is copied, or makes room.
    public bool Has(long bytes) => Charged + bytes <= Max;

    /// <summary>True if regions must be evicted although no load asks for room.</summary>
    public bool IsOver => Staying > Max;

    /// <summary>True if regions must be evicted for the loads that are making room.</summary>
    // Order: full; the reservation of the asking thread came before. Stale: a load that moves from its reservation to
    // its charge counts twice for a moment, and a region more than needed is evicted.
    public bool IsOverWithReservations => Interlocked.Add(ref _reserved, 0) + Staying > Max;

    /// <summary>
    /// The charge after all leaving regions are unmapped. It may be too high for a moment, never too low.
    /// </summary>
    // Order: full, twice, by locked operations that change nothing. One thread charges and then looks, another
    // publishes and then looks. Neither may overlook the other; on arm64 a plain acquire could pass the caller's last
    // exchange.
    // Charged is read first and lowered last, so that an unmap in between is counted as not over yet.
    private long Staying => Interlocked.Add(ref _charged, 0) - Interlocked.Add(ref _leaving, 0);

    /// <summary>Charges only if that does not exceed the maximum.</summary>
    public bool TryCharge(long bytes)
    {
        // Order: acquire. Stale: a changed sum makes the exchange fail, which brings the new one.
        long seen = Volatile.Read(ref _charged);
        while (seen + bytes <= Max)
        {
            // Order: full; before the system is asked, so that an unmap on another thread comes before it or is not
            // counted on.
            long found = Interlocked.CompareExchange(ref _charged, seen + bytes, seen);
            if (found == seen)
            {
                RaisePeak(seen + bytes);
                return true;
            }

            seen = found;
        }

        return false;
    }

    /// <summary>Charges whatever the maximum is, because live leases hold everything.</summary>
    public void ChargeAnyway(long bytes)
    {
        // Order: full; as in TryCharge.
        RaisePeak(Interlocked.Add(ref _charged, bytes));
    }

    /// <summary>Reserves the bytes of a load that is about to make room for itself.</summary>
    // Order: full; the sweep that this load waits for comes after it.
    public void Reserve(long bytes) => Interlocked.Add(ref _reserved, bytes);

    /// <summary>Ends a reservation: the load is charged, or refused.</summary>
    // Order: full; the charge comes before it, so that the bytes count once or twice and never not at all.
    public void CancelReservation(long bytes) => Interlocked.Add(ref _reserved, -bytes);

    /// <summary>Counts bytes as leaving; they stay charged until they are unmapped.</summary>
    // Order: full; only the sum matters.
    public void Leave(long bytes) => Interlocked.Add(ref _leaving, bytes);

    /// <summary>Reverts <see cref="Leave"/>: the system refused to unmap.</summary>
    // Order: full; only the sum matters.
    public void Stay(long bytes) => Interlocked.Add(ref _leaving, -bytes);

    /// <summary>Uncharges bytes that were leaving.</summary>
    public void Unmapped(long bytes)
    {
        // Order: full; before the charge is lowered, see Staying.
        Interlocked.Add(ref _leaving, -bytes);
        Uncharge(bytes);
    }

    /// <summary>Uncharges the bytes of a load that failed.</summary>
    public void Uncharge(long bytes)
    {
        // Order: full, so that the unmap before it is over when another thread charges the same bytes for its own load.
        long charged = Interlocked.Add(ref _charged, -bytes);
        Debug.Assert(charged >= 0, "More was given back than charged.");
    }

    private void RaisePeak(long charged)
    {
        // Order: acquire. Stale: a just raised peak makes the exchange fail, which brings the new one.
        long peak = Volatile.Read(ref _peak);
        while (charged > peak)
        {
            // Order: full, so that no higher peak is overwritten; nothing else relies on it.
            long found = Interlocked.CompareExchange(ref _peak, charged, peak);
            if (found == peak) return;
            peak = found;
        }
    }
}
