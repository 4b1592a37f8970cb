using System.Diagnostics;

namespace Mmap.Spans.Regions;

/// <summary>
/// Which idle region goes first: a short trial before a ring with a hand. A hit writes one byte at most; everything here
/// is called under the gate. Every operation is O(1); no choice takes more than some hundred steps.
/// </summary>
/// <remarks>
/// <code>
///            new                  1/20 of the bytes              used again
///   Insert ───────▶ fresh (hits do not write) ───▶ seasoned ──────────────────▶ ring ─┐ used, or turns left
///      │              └────────── the trial ──────────┘ │ untouched             │ ▲   │
///      │                                                ▼                       ▼ └───┘
///      │                                             victim                  victim
///      └── seen again, and sooner than the ring's next victim ────────────────▶ ring
/// </code>
/// <list type="number">
/// <item>A new region enters the trial fresh. Hits on it do not write, so the burst of touches it was loaded for counts
/// as the one use that its load was (the correlated references of LRU-K, 1993, and of the first queue of 2Q,
/// 1994).</item>
/// <item>When a twentieth of the bytes is younger, it is seasoned: from now on a touch is a second use.</item>
/// <item>At the end of the trial a region that was used again is proven and moves to the ring; any other is the victim
/// (the small queue of S3-FIFO, SOSP 2023). So a scan passes through the trial and leaves the ring alone.</item>
/// <item>The ring is CLOCK (Corbato 1968) with up to three turns of credit: the hand clears a used region and gives it
/// a turn, takes a turn from an unused one, and chooses the one without (the frequency of S3-FIFO, counted by the hand
/// and not by the hits).</item>
/// <item>The trial gives the victim while it holds more than its share, otherwise the ring does; if the hand has not
/// found one after some steps, all of the ring is hot, and the trial gives it after all.</item>
/// <item>A victim leaves its stamp behind: the bytes that had been loaded when it was, or when the hand last let it
/// stay. The caller keeps it with the window (one number, no list of ghosts) and hands it back when the window is
/// loaded again, as Linux keeps shadow entries in the slots of evicted pages (mm/workingset.c).</item>
/// <item>A returning region goes to the ring at once if its stamp is later than that of the ring's next victim, which
/// is then the worse of the two (the comparison of LIRS, SIGMETRICS 2002). In a loop larger than the budget hardly a
/// returning region passes this test, so the ring keeps what it has instead of exchanging all for all.</item>
/// <item>Each return that passes says that the trial was too short: its share grows by the region's bytes. Each that
/// fails takes back an eighth of that (the learning of ARC, FAST 2003). The share stays within a tenth and a
/// half.</item>
/// <item>While the clock holds more than ever before, nothing has to leave, and what overflows the trial enters the
/// ring without proof.</item>
/// <item>Below sixteen regions there are no shares: the ring dissolves into the trial, which is then a CLOCK whose
/// regions enter fresh.</item>
/// </list>
/// A region taken out because it was pinned, or rescued from the limbo, comes back by Insert like a new one and is
/// known by its stamp. It has just been used, so it goes to a young end: to the ring if it is proven or has been
/// touched since it was seasoned, otherwise to the trial's seasoned part, where the next touch proves it.
/// </remarks>
internal sealed class RegionClock
{
    private const int FewRegions = 16;
    private const int LeastTrialRegions = 8;
    private const int MostSteps = 16;
    private const int MostTurns = 3;

    private readonly ClockQueue _fresh = new();
    private readonly ClockQueue _seasoned = new();
    private readonly ClockQueue _ring = new();

    /// <summary>
    /// The bytes loaded so far: the clock's time. It starts at one, as a stamp of zero means never seen.
    /// </summary>
    private long _now = 1;

    /// <summary>The most bytes held at once since the clock was last empty.</summary>
    private long _peakBytes;

    /// <summary>What the trial may hold, as learned; the bounds are applied where it is used.</summary>
    private long _trialShareBytes;

    /// <summary>How many regions are in the clock.</summary>
    public int Count => TrialCount + _ring.Count;

    private long Bytes => TrialBytes + _ring.Bytes;

    private int TrialCount => _fresh.Count + _seasoned.Count;

    private long TrialBytes => _fresh.Bytes + _seasoned.Bytes;

    private bool IsTrialOver =>
        Count >= FewRegions && TrialCount > LeastTrialRegions && TrialBytes > Math.Max(_trialShareBytes, Bytes / 10);

    /// <summary>Takes in a region that was loaded, or one that was taken out and has been used since.</summary>
    /// <param name="region">The region; not in the clock.</param>
    /// <param name="leftAt">The stamp of the region that last held the same window when it left; 0: none is
    /// known.</param>
    public void Insert(ClockEntry region, long leftAt = 0)
    {
        Debug.Assert(region.Queue is null, "A region is in the clock once.");
        if (region.Stamp != 0)
        {
            if (Count + 1 < FewRegions) Renew(region);
            else if (region.Proven || region.Touched == ClockEntry.Used) AddToRing(region);
            else AddSeasoned(region);
            return;
        }

        _now += region.ChargedBytes;
        region.Stamp = _now;
        if (leftAt != 0 && Count + 1 >= FewRegions && FindInRing() is { } rival)
        {
            bool outlasts = leftAt > rival.Stamp;
            Learn(outlasts ? region.ChargedBytes : -region.ChargedBytes / 8);
            if (outlasts)
            {
                AddToRing(region);
                return;
            }
        }

        _fresh.Add(region);
        if (Bytes > _peakBytes)
        {
            _peakBytes = Bytes;
            while (IsTrialOver) AddToRing(TakeFromTrial()!);
        }

        while (_fresh.Count > 1 && _fresh.Bytes > Bytes / 20) AddSeasoned(_fresh.Take()!);
    }

    /// <summary>Takes a region out that leaves for another reason: its file was closed, or it was trimmed.</summary>
    public void Remove(ClockEntry region)
    {
        Debug.Assert(region.Queue is not null, "Only what is in the clock can leave it.");
        region.Queue!.Remove(region);
        if (Count == 0) _peakBytes = 0;
    }

    /// <summary>Takes out the region that should leave next; null if there is none.</summary>
    /// <remarks>The caller marks it, or keeps it out while it is pinned. Its stamp is what Insert later wants to
    /// know.</remarks>
    public ClockEntry? TakeVictim()
    {
        if (Count < FewRegions)
        {
            while (_ring.Take() is { } region) _seasoned.Add(region);
        }

        for (int step = 0; ; step++)
        {
            ClockEntry? victim = IsTrialOver ? null : FindInRing();
            if (victim is null && TakeFromTrial() is { } tried)
            {
                if (tried.Touched == ClockEntry.Used && step < MostSteps)
                {
                    if (Count + 1 >= FewRegions) AddToRing(tried);
                    else Renew(tried);
                    continue;
                }

                // A victim that was fresh is fresh no longer: whoever rescues it writes Used, and Insert sees that.
                tried.Touched = ClockEntry.Untouched;
                return tried;
            }

            victim ??= _ring.Oldest;
            if (victim is not null) _ring.Remove(victim);
            return victim;
        }
    }

    /// <summary>Moves the hand to the next region of the ring that has neither been used nor has turns left.</summary>
    private ClockEntry? FindInRing()
    {
        for (int step = 0; step < MostSteps && _ring.Oldest is { } region; step++)
        {
            bool used = region.Touched == ClockEntry.Used;
            if (!used && region.Turns == 0) return region;
            region.Turns = (byte)(used ? Math.Min(region.Turns + 1, MostTurns) : region.Turns - 1);
            _ring.Remove(region);
            AddToRing(region);
        }

        return null;
    }

    private ClockEntry? TakeFromTrial() => _seasoned.Take() ?? _fresh.Take();

    // Stale: a hit that comes between the look at Touched and this store is lost, and the region is judged by the next.
    private void AddToRing(ClockEntry region)
    {
        region.Proven = true;
        region.Touched = ClockEntry.Untouched;
        region.Stamp = _now;
        _ring.Add(region);
    }

    private void Renew(ClockEntry region)
    {
        region.Touched = ClockEntry.Untouched;
        _fresh.Add(region);
    }

    private void AddSeasoned(ClockEntry region)
    {
        if (region.Touched == ClockEntry.Fresh) region.Touched = ClockEntry.Untouched;
        _seasoned.Add(region);
    }

    private void Learn(long bytes) =>
        _trialShareBytes = Math.Clamp(_trialShareBytes + bytes, Bytes / 10, Bytes / 2);

    /// <summary>All that is in the clock, in no particular order.</summary>
    internal IEnumerable<ClockEntry> All() => Of(_fresh).Concat(Of(_seasoned)).Concat(Of(_ring));

    private static IEnumerable<ClockEntry> Of(ClockQueue queue)
    {
        for (ClockEntry? entry = queue.Oldest; entry is not null; entry = entry.Next) yield return entry;
    }
}
