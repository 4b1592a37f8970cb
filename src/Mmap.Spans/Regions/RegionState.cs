using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Mmap.Spans.Regions;

/// <summary>
/// The life of one region in one 64-bit word: its state, four flags and the count of references. Thread-safe; no method
/// blocks. A mutable struct: it lives in its region's field and is never copied.
/// </summary>
/// <remarks><code>
///   63 .. 38 |   37    |   36    |   35   |   34    | 33 .. 32 | 31 ......... 0
///   zero     | Watched | Waiting | Parked | Closing |  state   |   references
///
///             Publish              TryMark, only at references = 0
/// Loading ─────────────▶ Live ─────────────────────────────────────▶ Retiring
///    │                    ▲      Spare: a hazard was found, or         │  │
///    │                    └───── Rescue: a taker wants it ─────────────┘  │ TryRetire, still Retiring after the scan
///    └──── Fail ────────────────────────▶ Retired ◀───────────────────────┘
///
///   From            To         Method             Who                          Order
///   Loading         Live       Publish            the loader                   full: address and length come before
///   Loading         Retired    Fail               the loader                   full: the region is off its directory
///   Loading, Live   the same   TryReference       any thread                   full; references + 1
///   Live            the same   TryReferenceOpen   any thread                   full, as TryReference
///   Retiring        Live       TryReference       any thread (Rescue)          full; references = 1
///   Retiring        Live       TryRescue          a thread whose hazard stands full; references stay 0
///   any             the same   Release            a reference's owner          full: its reads come before
///   Live            Retiring   TryMark            the sweeper                  full: fence, scan follow; sets Parked
///   Retiring        Live       Spare              the sweeper                  full; Parked stays
///   Retiring        Retired    TryRetire          the sweeper                  full: the unmap comes after
///   Live            Retired    TryEndExact        the one lease's owner        full; exact regions, at references = 1
///   not Retired     the same   Close              a closer                     full; sets Closing
///   Live            the same   TryPark, TryUnpark the sweeper                  full; sets and clears Parked
///   Loading         the same   TryAnnounceWaiter  a waiter, under the monitor  full; sets Waiting
/// </code>
/// What may be trusted. Loading: nothing yet; a reference only keeps the region from being retired. Live with a pin:
/// the address is constant, the length only grows, the bytes are readable. Live without a pin: pin first. Retiring:
/// references = 0; the region is still whole, and a taker may rescue it. Retired: nothing; the one thread that made
/// this step unmaps, once. Closing: no new pin succeeds. Parked: the region is not in the clock's ring.
/// <para>The thread that releases the last reference of a Closing or Parked region reports it. So does a thread that
/// clears a hazard and sees no reference. Watched: bytes may prove unreadable, which the end of each lease checks.
/// Publish may set it; it is constant from then on, and no step depends on it.</para>
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

    // The same states as bits of a set.
    private const int FromLoading = 1 << 0, FromLive = 1 << 1, FromRetiring = 1 << 2;

    private const ulong Closing = 1UL << 34;
    private const ulong Parked = 1UL << 35;
    private const ulong Waiting = 1UL << 36;
    private const ulong Watched = 1UL << 37;

    private ulong _word;

    private RegionState(ulong word) => _word = word;

    /// <summary>A region that any thread may find: Loading, with the loader's reference.</summary>
    public static RegionState Shared() => new(Loading | 1);

    /// <summary>A region for one lease alone: Loading, with that lease's reference, which stays the only one.</summary>
    public static RegionState Exact() => new(Loading | Closing | 1);

    /// <summary>True if a stored hazard is a good pin: Live and not Closing.</summary>
    public readonly bool IsOpen
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        // Order: acquire; the address is read after this. Pairs with Publish, and through the sweeper's barrier with
        // TryMark and Close. Stale: without a barrier in between the region is not being retired, so an old Live is
        // true enough.
        get => (Volatile.Read(in _word) & (StateMask | Closing)) == Live;
    }

    /// <summary>
    /// True if the end of a hazard has more to do: check <see cref="IsLeftToHazards"/>, or the unreadable bytes.
    /// </summary>
    public readonly bool EndsSlowly
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        // Order: acquire; stands after the store that cleared the slot. The sweeper's barrier makes one of two true:
        // this read sees what TryMark or Close set, or the scan sees the cleared slot.
        get => (Volatile.Read(in _word) & (Closing | Parked | Watched)) != 0;
    }

    /// <summary>
    /// True if the end of a hazard must report the region: it is Closing or Parked, and no reference is left to report
    /// it. So a region with a heap lease is not swept at the end of each span.
    /// </summary>
    public readonly bool IsLeftToHazards
    {
        get
        {
            // Order: acquire, as in EndsSlowly; references and flags are of one reading. A reference seen here is
            // released later than the slot was cleared: its Release sees the flag and reports. The barrier of the sweep
            // that follows comes after this read, so the scan finds the slot clear.
            ulong seen = Seen;
            return (seen & (Closing | Parked)) != 0 && (seen & ReferencesMask) == 0;
        }
    }

    /// <summary>
    /// True if the end of a hazard has nothing more to do: a reference is left to report, and no guard watches.
    /// </summary>
    // Order: acquire, as in IsLeftToHazards.
    public readonly bool IsLeftToReferences => (Seen & (Watched | ReferencesMask)) is > 0 and <= ReferencesMask;

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
        // Order: acquire, so that a reader of Live sees the address and the length that Publish put before it. Stale: a
        // question is answered for a past moment. A step is decided by its exchange, which compares this very word, and
        // so costs one more turn.
        get => Volatile.Read(in _word);
    }

    /// <summary>Ends loading with the bytes in memory.</summary>
    /// <param name="watched">True if some of them may prove unreadable.</param>
    /// <returns>True if a thread waits and must be woken.</returns>
    // Order: full; the address and the length come before it.
    public bool Publish(bool watched = false) => EndLoading(watched ? Live | Watched : Live);

    /// <summary>Ends loading without bytes.</summary>
    /// <returns>True if a thread waits and must be woken.</returns>
    // Order: full; the region is off its directory before it.
    public bool Fail() => EndLoading(Retired);

    /// <summary>Takes a reference on a region that is Loading, Live or Retiring (which rescues it).</summary>
    /// <returns>False, with nothing changed, if the region is Closing or Retired.</returns>
    public bool TryReference()
    {
        ulong seen;
        do
        {
            // Order: full; the bytes are read after it.
            if (TryStep(new Row(FromLoading | FromLive, Without: Closing, Add: 1), out _)) return true;
            // Order: full; the bytes are read after it. The compared value holds the state, so a retirer's last
            // exchange and this one cannot both succeed on the same word.
            var rescue = new Row(FromRetiring, Without: Closing, Clear: StateMask, Set: Live | 1);
            if (TryStep(rescue, out seen)) return true;
        }
        while ((seen & Closing) == 0 && (seen & StateMask) != Retired);

        return false;
    }

    /// <summary>
    /// The quick half of <see cref="TryReference"/>: takes a reference on a region that is simply Live.
    /// </summary>
    /// <returns>False, with nothing changed, if it is not, or if another thread changes the word at this
    /// moment.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReferenceOpen()
    {
        ulong seen = Seen;
        // Order: full, as in TryReference.
        return (seen & (StateMask | Closing)) == Live && (seen & ReferencesMask) != ReferencesMask
            && Interlocked.CompareExchange(ref _word, seen + 1, seen) == seen;
    }

    /// <summary>Swaps Retiring back to Live for a taker whose hazard is already stored.</summary>
    /// <returns>True if the region is Live and not Closing now, so that the hazard is a good pin.</returns>
    // Order: full; the hazard was stored before, so a later scan sees it. Makes TryRetire fail.
    public bool TryRescue() =>
        TryStep(new Row(FromRetiring, Without: Closing, Clear: StateMask, Set: Live), out ulong seen)
        || (seen & (StateMask | Closing)) == Live;

    /// <summary>Releases a reference.</summary>
    /// <param name="left">Receives the word without it.</param>
    /// <returns>True if there is more to do: check <see cref="IsToReport"/>, or the unreadable bytes.</returns>
    public bool Release(out ulong left)
    {
        // Order: full; this thread's reads of the bytes come before it. The returned value is checked, not the word
        // again: after this line the region may be unmapped.
        left = Interlocked.Decrement(ref _word);
        Debug.Assert((left & ReferencesMask) != ReferencesMask, "A reference was released twice.");
        return (left & (Closing | Parked | Watched)) != 0;
    }

    /// <summary>True if the reference that left this word was the last one and its region must be reported.</summary>
    public static bool IsToReport(ulong left) =>
        (left & ReferencesMask) == 0 && (left & (Closing | Parked)) != 0 && (left & StateMask) == Live;

    /// <summary>Marks an idle region, and sets Parked in the same step, so that a later pin's end reports it.</summary>
    /// <returns>False if it has references or is not Live.</returns>
    // Order: full; the barrier and the scan of the hazards come after it. A scan from before proves nothing.
    public bool TryMark() =>
        TryStep(new Row(FromLive, Without: ReferencesMask, Clear: StateMask, Set: Retiring | Parked), out _);

    /// <summary>Puts a marked region back because a hazard names it; it stays Parked.</summary>
    // Order: full. The hazard's owner reports: it reads the word after clearing its slot and finds Parked.
    public void Spare() => TryStep(new Row(FromRetiring, Clear: StateMask, Set: Live), out _);

    /// <summary>Retires a region that was marked, fenced and scanned, unless a taker has rescued it since.</summary>
    /// <returns>True for the one thread that must now unmap it.</returns>
    // Order: full; the unmap comes after it. Only sweepers mark, one at a time, so a word that is Retiring still is the
    // one that was scanned.
    public bool TryRetire() => TryStep(new Row(FromRetiring, Clear: StateMask, Set: Retired), out _);

    /// <summary>Ends an exact region: releases its only reference and retires it, in one step.</summary>
    /// <returns>True for the one caller that must now unmap it; false at every later call.</returns>
    public bool TryEndExact()
    {
        // Order: full; the lease's reads of the bytes come before it, the unmap after. No hazard can name the region:
        // only its lease ever knew it. Watched is constant by now.
        ulong flags = Closing | (Seen & Watched);
        return Interlocked.CompareExchange(ref _word, Retired | flags, Live | flags | 1) == (Live | flags | 1);
    }

    /// <summary>Forbids new pins.</summary>
    /// <returns>False if the region is Retired already.</returns>
    // Order: full; the scan that decides whether hazards remain comes after it. Never a blind Or: a Retired word stays
    // as it is.
    public bool Close() => TryStep(new Row(FromLoading | FromLive | FromRetiring, Set: Closing), out _);

    /// <summary>Sets Parked on a region that has references, so that the last of them reports it.</summary>
    /// <returns>False if it has none, or is not Live.</returns>
    // Order: full; the compared value has a reference, so its Release comes later and sees Parked.
    public bool TryPark() => TryStep(new Row(FromLive, With: ReferencesMask, Set: Parked), out _);

    /// <summary>Clears Parked on a region that returns to the ring.</summary>
    /// <returns>False if it is not Live, or has references: the last of them reports it again.</returns>
    // Order: full. A release that still saw Parked reports once more, which is harmless.
    public bool TryUnpark() =>
        TryStep(new Row(FromLive, Without: ReferencesMask, With: Parked, Clear: Parked), out ulong seen)
        || (seen & (StateMask | Parked)) == Live;

    /// <summary>
    /// Announces that a thread is about to sleep until loading ends. Called under the region's monitor.
    /// </summary>
    /// <returns>False if loading has ended already.</returns>
    // Order: full; Publish and Fail return the word they replaced, so either they see Waiting or this fails.
    public bool TryAnnounceWaiter() => TryStep(new Row(FromLoading, Set: Waiting), out _);

    /// <summary>The word for people: state, flags, references.</summary>
    public override readonly string ToString()
    {
        ulong seen = Seen;
        string state = (seen & StateMask) switch
        {
            Loading => "Loading",
            Live => "Live",
            Retiring => "Retiring",
            _ => "Retired",
        };
        string closing = (seen & Closing) != 0 ? " closing" : "";
        string parked = (seen & Parked) != 0 ? " parked" : "";
        string watched = (seen & Watched) != 0 ? " watched" : "";
        return string.Create(null, $"{state}{closing}{parked}{watched}, references: {seen & ReferencesMask}");
    }

    private bool EndLoading(ulong to)
    {
        bool left = TryStep(new Row(FromLoading, Clear: StateMask | Waiting, Set: to), out ulong seen);
        Debug.Assert(left, "Loading ends once, by its loader.");
        // Waiting is read from the word that this very step replaced.
        return (seen & Waiting) != 0;
    }

    /// <summary>Changes the word by a row, atomically.</summary>
    /// <param name="row">The condition and the change; all other bits stay.</param>
    /// <param name="seen">The word that was replaced, or the one that the row does not fit.</param>
    /// <returns>False, with nothing changed, if the row does not fit.</returns>
    private bool TryStep(in Row row, out ulong seen)
    {
        seen = Seen;
        while (row.Fits(seen))
        {
            if (row.Add != 0 && (seen & ReferencesMask) == ReferencesMask)
                throw new InvalidOperationException("A region has 2^32 - 1 references.");

            // Order: full; each row says what comes before it and after.
            ulong found = Interlocked.CompareExchange(ref _word, ((seen & ~row.Clear) | row.Set) + row.Add, seen);
            if (found == seen) return true;
            seen = found;
        }

        return false;
    }

    /// <summary>A row of the table.</summary>
    /// <param name="From">The states that the row applies to.</param>
    /// <param name="Without">Bits that must all be clear.</param>
    /// <param name="With">Bits of which at least one must be set; 0 for no condition.</param>
    /// <param name="Clear">The bits to clear.</param>
    /// <param name="Set">The bits to set after that.</param>
    /// <param name="Add">The references to add.</param>
    private readonly record struct Row(
        int From, ulong Without = 0, ulong With = 0, ulong Clear = 0, ulong Set = 0, ulong Add = 0)
    {
        public bool Fits(ulong word) =>
            ((From >> (int)((word & StateMask) >> StateShift)) & 1) != 0
            && (word & Without) == 0 && (With == 0 || (word & With) != 0);
    }
}
