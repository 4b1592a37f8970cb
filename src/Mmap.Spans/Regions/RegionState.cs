using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Mmap.Spans.Regions;

/// <summary>
/// The life of one region in one 64-bit word: its state, three flags and the count of references. Thread-safe; no
/// method blocks. A mutable struct: it lives in its region's field and is never copied.
/// </summary>
/// <remarks><code>
///   63 ....... 37 |   36    |   35   |   34    | 33 .. 32 | 31 ......... 0
///   always zero   | Waiting | Parked | Closing |  state   |   references
///
///             Publish              TryMark, only at references = 0
/// Loading ─────────────▶ Live ─────────────────────────────────────▶ Retiring
///    │                    ▲      Spare: a hazard was found, or         │  │
///    │                    └───── Rescue: a taker wants it ─────────────┘  │ TryRetire, still Retiring after the scan
///    └──── Fail ────────────────────────▶ Retired ◀───────────────────────┘
///
///   From            To         Method             Who                          Order
///   Loading         Live       Publish            the loader                   full: address and length come before
///   Loading         Retired    Fail               the loader                   full: the region is off the directory before
///   Loading, Live   the same   TryReference       any thread                   full: pairs with Publish; references + 1
///   Live            the same   TryReferenceOpen   any thread                   full, as TryReference
///   Retiring        Live       TryReference       any thread (Rescue)          full; references = 1
///   Retiring        Live       TryRescue          a thread whose hazard stands full; references stay 0
///   any             the same   Release            a reference's owner          full: its reads of the bytes come before
///   Live            Retiring   TryMark            the sweeper                  full: the barrier and the scan come after; sets Parked
///   Retiring        Live       Spare              the sweeper                  full; Parked stays
///   Retiring        Retired    TryRetire          the sweeper                  full: the unmap comes after
///   Live            Retired    TryEndExact        the one lease's owner        full; exact regions only, at references = 1
///   not Retired     the same   Close              a closer                     full; sets Closing
///   Live            the same   TryPark, TryUnpark the sweeper                  full; sets and clears Parked
///   Loading         the same   TryAnnounceWaiter  a waiter, under the monitor  full; sets Waiting
/// </code>
/// What may be trusted. Loading: nothing yet; a reference only keeps the region from being taken. Live with a pin:
/// address and length are constant, the bytes readable. Live without one: pin first. Retiring: references = 0; it is
/// still whole, and a taker may have it back. Retired: nothing; the one thread that made this step unmaps, once.
/// Closing: no pin that is not there already will come. Parked: the region is not in the clock's ring. Of a
/// region that is Closing or Parked, whoever releases the last reference reports it, and so does whoever clears a hazard
/// and sees no reference.
/// </remarks>
internal struct RegionState
{
    private const int StateShift = 32;
    private const ulong ReferencesMask = (1UL << StateShift) - 1;
    private const ulong StateMask = 3UL << StateShift;

    private const ulong Loading = 0UL << StateShift;
    private const ulong Live = 1UL << StateShift;
    private const ulong Retiring = 2UL << StateShift;
    private const ulong Retired = 3UL << StateShift;

    private const ulong Closing = 1UL << 34;
    private const ulong Parked = 1UL << 35;
    private const ulong Waiting = 1UL << 36;

    private ulong _word;

    private RegionState(ulong word) => _word = word;

    /// <summary>A region that any thread may find: Loading, with the loader's reference.</summary>
    public static RegionState Shared() => new(Loading | 1);

    /// <summary>A region for one lease alone: Loading, with that lease's reference, and no other will come.</summary>
    public static RegionState Exact() => new(Loading | Closing | 1);

    /// <summary>Whether a hazard that is already stored is a good pin: Live and not Closing.</summary>
    public readonly bool IsOpen
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        // Order: acquire; the address is read after this. Pairs with Publish, and through the sweeper's barrier with
        // TryMark and Close. Stale: without a barrier in between the region is not being taken, so Live is true enough.
        get => (Volatile.Read(in _word) & (StateMask | Closing)) == Live;
    }

    /// <summary>Whether who gives up a hazard must look again: the quick half of <see cref="IsLeftToHazards"/>.</summary>
    public readonly bool NeedsSweep
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        // Order: acquire; stands after the store that cleared the slot. The sweeper's barrier makes one of two true:
        // this read sees what TryMark or Close set, or the scan sees the cleared slot.
        get => (Volatile.Read(in _word) & (Closing | Parked)) != 0;
    }

    /// <summary>
    /// Whether who gives up a hazard must report the region: it is Closing or Parked, and no reference is left that
    /// would. A region that a heap lease holds is not swept at the end of each span in it.
    /// </summary>
    public readonly bool IsLeftToHazards
    {
        get
        {
            // Order: acquire, as in NeedsSweep; references and flags are of one reading. A reference that is seen here
            // is released later than the slot was cleared: its Release sees the flag and reports, and the barrier of
            // the sweep that follows comes after this read, so the scan finds the slot clear.
            ulong seen = Seen;
            return (seen & (Closing | Parked)) != 0 && (seen & ReferencesMask) == 0;
        }
    }

    public readonly bool IsLoading => (Seen & StateMask) == Loading;

    public readonly bool IsLive => (Seen & StateMask) == Live;

    public readonly bool IsRetiring => (Seen & StateMask) == Retiring;

    public readonly bool IsRetired => (Seen & StateMask) == Retired;

    public readonly bool IsClosing => (Seen & Closing) != 0;

    public readonly long References => (long)(Seen & ReferencesMask);

    /// <summary>The word as it was a moment ago.</summary>
    private readonly ulong Seen
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        // Order: acquire, so that who sees Live sees the address and the length that Publish put before it. Stale: a
        // question is answered for a moment that has passed; a step is decided by its exchange, which compares this
        // very word, and so costs one more turn.
        get => Volatile.Read(in _word);
    }

    /// <summary>Takes a reference on a region that is Loading, Live or Retiring (which rescues it).</summary>
    /// <returns>False, with nothing changed, if the region is Closing or Retired.</returns>
    public bool TryReference()
    {
        ulong seen = Seen;
        while (true)
        {
            ulong state = seen & StateMask;
            if (state == Retired || (seen & Closing) != 0) return false;
            if ((seen & ReferencesMask) == ReferencesMask) throw new InvalidOperationException("A region has 2^32 - 1 references.");

            ulong next = state == Retiring ? (seen & ~StateMask) | Live | 1 : seen + 1;
            // Order: full; the bytes are read after it. The compared value holds the state, so a retirer's last
            // exchange and this one cannot both succeed on the same word.
            ulong found = Interlocked.CompareExchange(ref _word, next, seen);
            if (found == seen) return true;
            seen = found;
        }
    }

    /// <summary>Takes a reference on a region that is simply Live, as most are: the quick half of <see cref="TryReference"/>.</summary>
    /// <returns>False, with nothing changed, if it is not, or if others change the word at this very moment.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReferenceOpen()
    {
        ulong seen = Seen;
        // Order: full, as in TryReference.
        return (seen & (StateMask | Closing)) == Live && (seen & ReferencesMask) != ReferencesMask
            && Interlocked.CompareExchange(ref _word, seen + 1, seen) == seen;
    }

    /// <summary>Swaps Retiring back to Live for a taker whose hazard already stands.</summary>
    /// <returns>True if the region is Live and not Closing now, so that the hazard is a good pin.</returns>
    public bool TryRescue()
    {
        ulong seen = Seen;
        while ((seen & (StateMask | Closing)) == Retiring)
        {
            // Order: full; the hazard was stored before, so a later scan sees it. Makes TryRetire fail.
            ulong found = Interlocked.CompareExchange(ref _word, (seen & ~StateMask) | Live, seen);
            if (found == seen) return true;
            seen = found;
        }

        return (seen & (StateMask | Closing)) == Live;
    }

    /// <summary>Gives a reference back.</summary>
    /// <returns>True if it was the last one and the region must be reported.</returns>
    public bool Release()
    {
        // Order: full; this thread's reads of the bytes come before it. The value returned is looked at, not the word
        // again: after this line the region may be gone.
        ulong left = Interlocked.Decrement(ref _word);
        Debug.Assert((left & ReferencesMask) != ReferencesMask, "A reference was released twice.");
        return (left & ReferencesMask) == 0 && (left & (Closing | Parked)) != 0 && (left & StateMask) == Live;
    }

    /// <summary>Ends loading: the bytes are there.</summary>
    /// <returns>True if somebody waits and must be woken.</returns>
    public bool Publish() => Leave(Loading, Live);

    /// <summary>Ends loading: there will be no bytes.</summary>
    /// <returns>True if somebody waits and must be woken.</returns>
    public bool Fail() => Leave(Loading, Retired);

    /// <summary>Says that somebody is about to sleep until loading ends. Called under the region's monitor.</summary>
    /// <returns>False if loading has ended already.</returns>
    public bool TryAnnounceWaiter()
    {
        ulong seen = Seen;
        while ((seen & StateMask) == Loading)
        {
            // Order: full; Publish and Fail return the word they replaced, so either they see Waiting or this fails.
            ulong found = Interlocked.CompareExchange(ref _word, seen | Waiting, seen);
            if (found == seen) return true;
            seen = found;
        }

        return false;
    }

    /// <summary>Marks an idle region, and says in the same step that whoever pins it from now on reports it.</summary>
    /// <returns>False if it has references or is not Live.</returns>
    public bool TryMark()
    {
        ulong seen = Seen;
        while ((seen & (StateMask | ReferencesMask)) == Live)
        {
            // Order: full; the barrier and the scan of the hazards come after it. A scan from before proves nothing.
            ulong found = Interlocked.CompareExchange(ref _word, (seen & ~StateMask) | Retiring | Parked, seen);
            if (found == seen) return true;
            seen = found;
        }

        return false;
    }

    /// <summary>Puts a marked region back because a hazard names it; it stays Parked.</summary>
    public void Spare()
    {
        ulong seen = Seen;
        while ((seen & StateMask) == Retiring)
        {
            // Order: full. The hazard's owner reports: it reads the word after clearing its slot and finds Parked.
            ulong found = Interlocked.CompareExchange(ref _word, (seen & ~StateMask) | Live, seen);
            if (found == seen) return;
            seen = found;
        }
    }

    /// <summary>Retires a region that was marked, fenced and scanned, unless somebody rescued it since.</summary>
    /// <returns>True for the one thread that must now unmap it.</returns>
    public bool TryRetire()
    {
        ulong seen = Seen;
        while ((seen & StateMask) == Retiring)
        {
            // Order: full; the unmap comes after it. Only sweepers mark, one at a time, so a word that is Retiring
            // still is the one that was scanned.
            ulong found = Interlocked.CompareExchange(ref _word, (seen & ~StateMask) | Retired, seen);
            if (found == seen) return true;
            seen = found;
        }

        return false;
    }

    /// <summary>Ends an exact region: gives back the one reference it ever had and retires it, in one step.</summary>
    /// <returns>True for the one caller that must now unmap it; false at every later call.</returns>
    public bool TryEndExact()
    {
        // Order: full; the lease's reads of the bytes come before it, the unmap after. No hazard can name the region:
        // nobody but its lease ever knew it.
        return Interlocked.CompareExchange(ref _word, Retired | Closing, Live | Closing | 1) == (Live | Closing | 1);
    }

    /// <summary>Forbids new pins.</summary>
    /// <returns>False if the region is Retired already.</returns>
    public bool Close()
    {
        ulong seen = Seen;
        while ((seen & StateMask) != Retired)
        {
            // Order: full; the scan that decides whether hazards remain comes after it. Never a blind Or: a Retired
            // word stays as it is.
            ulong found = Interlocked.CompareExchange(ref _word, seen | Closing, seen);
            if (found == seen) return true;
            seen = found;
        }

        return false;
    }

    /// <summary>Sets Parked on a region that has references, so that the last of them reports it.</summary>
    /// <returns>False if it has none, or is not Live.</returns>
    public bool TryPark()
    {
        ulong seen = Seen;
        while ((seen & StateMask) == Live && (seen & ReferencesMask) != 0)
        {
            // Order: full; the compared value has a reference, so its Release comes later and sees Parked.
            ulong found = Interlocked.CompareExchange(ref _word, seen | Parked, seen);
            if (found == seen) return true;
            seen = found;
        }

        return false;
    }

    /// <summary>Clears Parked on a region that goes back into the ring.</summary>
    /// <returns>False if it is not Live, or has references: the last of them reports it once more.</returns>
    public bool TryUnpark()
    {
        ulong seen = Seen;
        while ((seen & StateMask) == Live)
        {
            if ((seen & Parked) == 0) return true;
            if ((seen & ReferencesMask) != 0) return false;
            // Order: full. A release that still saw Parked reports once more, which is harmless.
            ulong found = Interlocked.CompareExchange(ref _word, seen & ~Parked, seen);
            if (found == seen) return true;
            seen = found;
        }

        return false;
    }

    /// <summary>The word for a person: state, flags, references.</summary>
    public override readonly string ToString()
    {
        ulong seen = Seen;
        string state = (seen & StateMask) switch { Loading => "Loading", Live => "Live", Retiring => "Retiring", _ => "Retired" };
        string closing = (seen & Closing) != 0 ? " closing" : "";
        string parked = (seen & Parked) != 0 ? " parked" : "";
        return string.Create(null, $"{state}{closing}{parked} references {seen & ReferencesMask}");
    }

    private bool Leave(ulong from, ulong to)
    {
        ulong seen = Seen;
        while (true)
        {
            Debug.Assert((seen & StateMask) == from, "Loading ends once, by its loader.");
            // Order: full; what the loader wrote comes before it. References, Closing and Parked are kept: a plain
            // store would wipe those that came meanwhile. Waiting comes from the word this very step replaced.
            ulong found = Interlocked.CompareExchange(ref _word, (seen & ~(StateMask | Waiting)) | to, seen);
            if (found == seen) return (seen & Waiting) != 0;
            seen = found;
        }
    }
}
