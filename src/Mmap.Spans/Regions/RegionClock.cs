using System.Diagnostics;

namespace Mmap.Spans.Regions;

/// <summary>
/// Chooses the eviction victim: a probation queue before a CLOCK ring; plain recency when reuse counts predict nothing.
/// A hit writes at most one byte; everything here is called under the gate. Every operation is O(1), and no choice
/// takes more than some hundred steps.
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
/// <item>A new region enters the trial fresh. Hits on it do not write, so the burst of touches behind its load counts
/// as one use. (These are the correlated references of LRU-K, 1993, and of the first queue of 2Q, 1994.)</item>
/// <item>When a twentieth of the bytes is younger, it is seasoned: from now on a touch is a second use.</item>
/// <item>At the end of the trial a region used again is proven and moves to the ring; any other is the victim. (This is
/// the small queue of S3-FIFO, SOSP 2023.) So a scan passes through the trial and leaves the ring alone.</item>
/// <item>The ring is CLOCK (Corbato 1968) with up to three turns of credit. The hand clears a used region and gives it
/// a turn, takes a turn from an unused one, and chooses the one without. (This is the frequency of S3-FIFO, counted by
/// the hand and not by the hits.)</item>
/// <item>The trial gives the victim while it holds more than its share, otherwise the ring does. If the hand finds none
/// within some steps, all of the ring is hot, and the trial gives it after all.</item>
/// <item>A victim leaves its stamp behind: the bytes loaded when it was, or when the hand last spared it. The caller
/// keeps it (one number, no list of ghosts) and returns it when the window is loaded again. (Linux keeps shadow entries
/// in the slots of evicted pages in the same way: mm/workingset.c.)</item>
/// <item>A returning region enters the ring at once if its stamp is later than that of the ring's next victim. That
/// victim is then the worse of the two (the comparison of LIRS, SIGMETRICS 2002). In a loop larger than the budget
/// hardly a returning region passes this test. So the ring keeps its regions instead of exchanging all for all.</item>
/// <item>Each return that passes shows that the trial was too short: its share grows by the region's bytes. Each that
/// fails takes back an eighth of that (the learning of ARC, FAST 2003). The share stays within a tenth and a
/// half.</item>
/// <item>While the clock holds more than ever before, no region must leave, and the overflow of the trial enters the
/// ring without proof.</item>
/// <item>All this bets on frequency: that a region used again will be used more. The clock checks the bet. It counts
/// the regions used again when last looked at, and those used once. Of each kind it counts how many are used within the
/// next lap of the hand, and how many not. A region used once that returns within a lap after its trial counts as used.
/// If the odds of the first are less than 7/4 of those of the second, the bet is lost, and the clock goes by recency.
/// Then the trial is a quarter and leads into the ring with or without proof, turns do not count, and a returning
/// region is new. That is a CLOCK which looks twice a lap, as near to LRU as one byte a region comes.</item>
/// <item>It returns to frequency when the odds are more than 5/2 of the others. It also returns when the trial proves
/// less than one region in 32, which is so in scans and in loops. In a loop all are equally likely to be used, but
/// recency would lose every one. It decides, and halves the counts, whenever they have seen as many regions as it
/// holds, or 512.</item>
/// <item>Below sixteen regions there are no shares: the ring dissolves into the trial, which is then a CLOCK whose
/// regions enter fresh.</item>
/// </list>
/// The choice between a recency and a frequency policy by regret is that of LeCaR (HotStorage 2018) and CACHEUS (FAST
/// 2021). Here the evidence is a table of two by two, because a hit leaves only one byte and a victim only one number.
/// <para>A region removed because it was pinned, or rescued from the limbo, returns by Insert like a new one and is
/// known by its stamp. It has just been used, so it goes to a young end. That is the ring if it is proven, or was
/// touched since it was seasoned. Otherwise it is the trial's seasoned part, where the next touch proves it.</para>
/// </remarks>
internal sealed class RegionClock
{
    private const int FewRegions = 16;
    private const int LeastTrialRegions = 8;
    private const int MostSteps = 16;
    private const int MostTurns = 3;
    private const int LeastEvidence = 512;

    private readonly ClockQueue _fresh = new();
    private readonly ClockQueue _seasoned = new();
    private readonly ClockQueue _ring = new();

    /// <summary>
    /// The bytes loaded so far: the clock's time. It starts at one, because a stamp of zero means never seen.
    /// </summary>
    private long _now = 1;

    /// <summary>The peak of the bytes held since the clock was last empty.</summary>
    private long _peakBytes;

    /// <summary>The learned share of the trial; the bounds are applied at its use.</summary>
    private long _trialShareBytes;

    /// <summary>
    /// Regions in the ring that had been used again: the numbers that the next look found used, and unused.
    /// </summary>
    private long _againUsed, _againUnused;

    /// <summary>Regions used once: the numbers used within a lap after their trial, and unused.</summary>
    private long _onceUsed, _onceUnused;

    /// <summary>The number of regions found used at the end of the trial.</summary>
    private long _provenByTrial;

    /// <summary>True if it goes by recency, because frequency has been found to predict nothing.</summary>
    private bool _byRecency;

    /// <summary>
    /// The number of victims to take at a time, so that they share the cost of an eviction. The waiting victims of a
    /// batch are lost to a loop. So a batch is a small part: a sixteenth of a small table, a thirty-second of a large
    /// one.
    /// </summary>
    public int Batch => Math.Max(Math.Clamp(Count / 16, 1, 8), Math.Min(Count / 32, 32));

    /// <summary>The number of regions in the clock.</summary>
    public int Count => TrialCount + _ring.Count;

    private long Bytes => TrialBytes + _ring.Bytes;

    private int TrialCount => _fresh.Count + _seasoned.Count;

    private long TrialBytes => _fresh.Bytes + _seasoned.Bytes;

    private bool IsTrialOver =>
        Count >= FewRegions && TrialCount > LeastTrialRegions &&
        TrialBytes > (_byRecency ? Bytes / 4 : Math.Max(_trialShareBytes, Bytes / 10));

    /// <summary>The bytes loaded since the trial's next region was.</summary>
    private long TrialAge => (_seasoned.Oldest ?? _fresh.Oldest) is { } next ? _now - next.Stamp : 0;

    /// <summary>Adds a region that was loaded, or one that was removed and has been used since.</summary>
    /// <param name="region">The region; not in the clock.</param>
    /// <param name="leftAt">The stamp of the window's last region when it left; 0 if unknown.</param>
    public void Insert(ClockEntry region, long leftAt = 0)
    {
        Debug.Assert(region.Queue is null, "A region is in the clock once.");
        if (region.Stamp != 0)
        {
            if (Count + 1 < FewRegions) Renew(region);
            else if (region.Proven || region.Touched == ClockEntry.Used) AddToRing(region, usedAgain: true);
            else AddSeasoned(region);
            return;
        }

        _now += region.ChargedBytes;
        region.Stamp = _now;
        if (leftAt != 0 && !_byRecency && Count + 1 >= FewRegions && FindInRing() is { } rival)
        {
            bool outlasts = leftAt > rival.Stamp;
            if (leftAt > rival.Stamp - TrialAge) RecordReturn();
            AdaptTrial(outlasts ? region.ChargedBytes : -region.ChargedBytes / 8);
            if (outlasts)
            {
                AddToRing(region, usedAgain: true);
                return;
            }
        }

        _fresh.Add(region);
        if (Bytes > _peakBytes)
        {
            _peakBytes = Bytes;
            while (IsTrialOver) AddToRing(TakeFromTrial()!, usedAgain: false);
        }

        while (_fresh.Count > 1 && _fresh.Bytes > Bytes / 20) AddSeasoned(_fresh.Take()!);
    }

    /// <summary>Removes a region that leaves for another reason: its file was closed, or it was trimmed.</summary>
    public void Remove(ClockEntry region)
    {
        Debug.Assert(region.Queue is not null, "Only what is in the clock can leave it.");
        region.Queue!.Remove(region);
        if (Count == 0) _peakBytes = 0;
    }

    /// <summary>Removes the region that should leave next; null if there is none.</summary>
    /// <remarks>The caller marks it, or keeps it out while it is pinned. Insert later needs its stamp.</remarks>
    public ClockEntry? TakeVictim()
    {
        if (Count < FewRegions) DissolveRing();
        else if (_byRecency && FindByRecency() is { } oldest) return oldest;

        for (int step = 0; ; step++)
        {
            ClockEntry? victim = IsTrialOver ? null : FindInRing();
            if (victim is null && TakeFromTrial() is { } tried)
            {
                if (tried.Touched == ClockEntry.Used && step < MostSteps)
                {
                    if (Count + 1 >= FewRegions) Prove(tried);
                    else Renew(tried);
                    continue;
                }

                if (Count + 1 >= FewRegions) RecordOutcome(again: false, used: false);
                // A victim that was fresh is fresh no longer: a rescuer writes Used, and Insert sees that.
                tried.Touched = ClockEntry.Untouched;
                return tried;
            }

            victim ??= _ring.Oldest;
            if (victim is null) return null;
            _ring.Remove(victim);
            if (victim.UsedAgain) RecordOutcome(again: true, used: false);
            return victim;
        }
    }

    /// <summary>
    /// One look, for a newcomer that may be refused. Removes the region that should leave next if it has not been used.
    /// Otherwise the region stays and has had its turn, and the result is null.
    /// </summary>
    public ClockEntry? TakeIfUnused()
    {
        bool few = Count < FewRegions, byRecency = _byRecency && !few;
        if (few) DissolveRing();
        if (byRecency) PassTrialOn();
        bool fromRing = _ring.Oldest is not null && !IsTrialOver;
        if ((fromRing ? _ring.Take() : TakeFromTrial()) is not { } region) return null;

        if (region.Touched == ClockEntry.Fresh)
        {
            // Its hits do not write yet, so its use is unknown until the next look.
            if (few) Renew(region);
            else AddSeasoned(region);
            return null;
        }

        bool used = region.Touched == ClockEntry.Used, keepsTurn = fromRing && !byRecency && region.Turns > 0;
        // The proof tells of uses in the trial, and below sixteen regions nothing is learned.
        if (fromRing ? byRecency || region.UsedAgain : !few && !used) RecordOutcome(region.UsedAgain && fromRing, used);
        if (!used && !keepsTurn) return region;

        if (fromRing && used) AddTurn(region);
        else if (fromRing) region.Turns--;
        if (few) Renew(region);
        else if (fromRing) AddToRing(region, used);
        else Prove(region);
        return null;
    }

    /// <summary>Moves the hand to the ring's next region that is unused and has no turns left.</summary>
    private ClockEntry? FindInRing()
    {
        for (int step = 0; step < MostSteps && _ring.Oldest is { } region; step++)
        {
            bool used = region.Touched == ClockEntry.Used;
            if (!used && region.Turns == 0) return region;
            if (region.UsedAgain) RecordOutcome(again: true, used);
            if (used) AddTurn(region);
            else region.Turns--;
            _ring.Remove(region);
            AddToRing(region, used);
        }

        return null;
    }

    /// <summary>Removes the ring's next unused region; null if the ring is empty.</summary>
    private ClockEntry? FindByRecency()
    {
        PassTrialOn();
        for (int step = 0; _ring.Take() is { } region; step++)
        {
            bool used = region.Touched == ClockEntry.Used;
            RecordOutcome(region.UsedAgain, used);
            if (used && step < MostSteps)
            {
                AddTurn(region);
                AddToRing(region, usedAgain: true);
                continue;
            }

            region.Touched = ClockEntry.Untouched;
            return region;
        }

        return null;
    }

    /// <summary>By recency: the overflow of the trial enters the ring, with or without proof.</summary>
    private void PassTrialOn()
    {
        for (int step = 0; step < MostSteps && IsTrialOver; step++)
        {
            ClockEntry tried = TakeFromTrial()!;
            if (tried.Touched == ClockEntry.Used)
            {
                Prove(tried);
                continue;
            }

            tried.Touched = ClockEntry.Untouched;
            tried.UsedAgain = false;
            _ring.Add(tried);
        }
    }

    /// <summary>Below sixteen regions there is no ring.</summary>
    private void DissolveRing()
    {
        while (_ring.Take() is { } region) _seasoned.Add(region);
    }

    private ClockEntry? TakeFromTrial() => _seasoned.Take() ?? _fresh.Take();

    // Stale: a hit between the look at Touched and this store is lost, and the next one counts.
    private void AddToRing(ClockEntry region, bool usedAgain)
    {
        region.Proven = true;
        region.UsedAgain = usedAgain;
        region.Touched = ClockEntry.Untouched;
        region.Stamp = _now;
        _ring.Add(region);
    }

    private void Prove(ClockEntry region)
    {
        _provenByTrial++;
        AddToRing(region, usedAgain: true);
    }

    private static void AddTurn(ClockEntry region) => region.Turns = (byte)Math.Min(region.Turns + 1, MostTurns);

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

    private void AdaptTrial(long bytes) =>
        _trialShareBytes = Math.Clamp(_trialShareBytes + bytes, Bytes / 10, Bytes / 2);

    /// <summary>Records that a region was used, or not, when the clock looked.</summary>
    private void RecordOutcome(bool again, bool used)
    {
        if (again && used) _againUsed++;
        else if (again) _againUnused++;
        else if (used) _onceUsed++;
        else _onceUnused++;
        ChooseMode();
    }

    /// <summary>Records that an evicted, unused region would have been used within a lap.</summary>
    private void RecordReturn()
    {
        if (_onceUnused > 0) _onceUnused--;
        RecordOutcome(again: false, used: true);
    }

    /// <summary>Chooses between recency and frequency when there is enough evidence, and then halves it.</summary>
    private void ChooseMode()
    {
        if (_againUsed + _againUnused + _onceUsed + _onceUnused < Math.Max(LeastEvidence, Count)) return;
        long forFrequency = (_againUsed + 1) * (_onceUnused + 1), against = (_againUnused + 1) * (_onceUsed + 1);
        bool trialSeesUse = _provenByTrial * 32 > _provenByTrial + _onceUsed + _onceUnused;
        _byRecency = trialSeesUse && (_byRecency ? 2 * forFrequency <= 5 * against : 4 * forFrequency < 7 * against);
        _againUsed /= 2;
        _againUnused /= 2;
        _onceUsed /= 2;
        _onceUnused /= 2;
        _provenByTrial /= 2;
    }

    /// <summary>All regions in the clock, in no particular order.</summary>
    internal IEnumerable<ClockEntry> All() => Of(_fresh).Concat(Of(_seasoned)).Concat(Of(_ring));

    private static IEnumerable<ClockEntry> Of(ClockQueue queue)
    {
        for (ClockEntry? entry = queue.Oldest; entry is not null; entry = entry.Next) yield return entry;
    }
}
