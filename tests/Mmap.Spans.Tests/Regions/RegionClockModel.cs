namespace Mmap.Spans.Tests.Regions;

/// <summary>
/// The numbered rules at <c>RegionClock</c>, said once more with plain lists and sums: a trial of two parts, fresh and
/// seasoned, and a ring whose hand points at its first.
/// </summary>
internal sealed class RegionClockModel : IClockModel
{
    private const int Few = 16;
    private const int MostSteps = 16;

    private readonly List<ModelRegion> _fresh = [], _seasoned = [], _ring = [];
    private long _now = 1, _peak, _share, _proofs;

    /// <summary>The findings of the next look at the regions used again and at those used once: used, or not.</summary>
    private (long Used, long Unused) _again, _once;

    /// <summary>Rule 10: true while recency decides.</summary>
    public bool GoesByRecency { get; private set; }

    public int Count => _fresh.Count + _seasoned.Count + _ring.Count;

    private IEnumerable<ModelRegion> Trial => _seasoned.Concat(_fresh);

    private long Bytes => Trial.Concat(_ring).Sum(region => region.Bytes);

    /// <summary>
    /// Rule 5: the trial gives the victim while it holds more than its share, and never below eight regions.
    /// </summary>
    private bool TrialIsOver =>
        Count >= Few && Trial.Count() > 8 &&
        Trial.Sum(region => region.Bytes) > (GoesByRecency ? Bytes / 4 : Math.Max(_share, Bytes / 10));

    public void Insert(ModelRegion region, long leftAt)
    {
        if (region.Stamp != 0)
        {
            ComeBack(region);
            return;
        }

        _now += region.Bytes;
        region.Stamp = _now;
        // Rules 7 and 8: a window that returns is weighed against the ring's next victim.
        if (leftAt != 0 && !GoesByRecency && Count + 1 >= Few && HandStopsAt() is { } rival)
        {
            bool outlasts = leftAt > rival.Stamp;
            long lap = _now - rival.Stamp, trialAge = Trial.FirstOrDefault() is { } next ? _now - next.Stamp : 0;
            if (_now - leftAt < lap + trialAge)
            {
                _once.Unused = Math.Max(0, _once.Unused - 1);
                See(false, true);
            }

            _share = Math.Clamp(_share + (outlasts ? region.Bytes : -region.Bytes / 8), Bytes / 10, Bytes / 2);
            if (outlasts)
            {
                ToRing(region, true);
                return;
            }
        }

        _fresh.Add(region);
        // Rule 9: while it holds more than ever, a region that overflows the trial needs no proof.
        if (Bytes > _peak)
        {
            _peak = Bytes;
            while (TrialIsOver) ToRing(OutOfTrial()!, false);
        }

        // Rule 2.
        while (_fresh.Count > 1 && _fresh.Sum(each => each.Bytes) > Bytes / 20) Season(First(_fresh)!);
    }

    public void Remove(ModelRegion region)
    {
        bool was = _fresh.Remove(region) || _seasoned.Remove(region) || _ring.Remove(region);
        if (was && Count == 0) _peak = 0;
    }

    public ModelRegion? TakeVictim()
    {
        // Rule 12.
        if (Count < Few)
        {
            _seasoned.AddRange(_ring);
            _ring.Clear();
        }
        else if (GoesByRecency && OldestUnused() is { } oldest)
        {
            return oldest;
        }

        for (int step = 0; ; step++)
        {
            ModelRegion? victim = TrialIsOver ? null : HandStopsAt();
            if (victim is null && OutOfTrial() is { } tried)
            {
                if (tried.IsUsed && step < MostSteps)
                {
                    if (Count + 1 >= Few) Prove(tried);
                    else Renew(tried);
                    continue;
                }

                if (Count + 1 >= Few) See(false, false);
                tried.Clear();
                return tried;
            }

            victim ??= _ring.FirstOrDefault();
            if (victim is null) return null;
            _ring.Remove(victim);
            if (victim.IsUsedAgain) See(true, false);
            return victim;
        }
    }

    public ModelRegion? TakeIfUnused()
    {
        if (Count < Few)
        {
            _seasoned.AddRange(_ring);
            _ring.Clear();
            if (OutOfTrial() is not { } one) return null;
            bool stays = one.IsUsed || one.IsFresh;
            if (stays) Renew(one);
            else one.Clear();
            return stays ? null : one;
        }

        if (GoesByRecency)
        {
            TrialIntoRing();
            if (!TrialIsOver && First(_ring) is { } oldest)
            {
                bool used = oldest.IsUsed;
                See(oldest.IsUsedAgain, used);
                oldest.Turns = used ? Math.Min(oldest.Turns + 1, 3) : oldest.Turns;
                if (used) ToRing(oldest, true);
                else oldest.Clear();
                return used ? null : oldest;
            }
        }
        else if (!TrialIsOver && _ring.Count > 0)
        {
            // The hand makes at most one step.
            if (HandStopsAt(mostSteps: 1) is not { } victim) return null;
            _ring.Remove(victim);
            if (victim.IsUsedAgain) See(true, false);
            return victim;
        }

        ModelRegion? tried = OutOfTrial();
        if (tried is { IsFresh: true })
        {
            // Its hits are not recorded yet, so they do not judge it.
            Season(tried);
            return null;
        }

        if (tried is { IsUsed: true })
        {
            Prove(tried);
            return null;
        }

        if (tried is not null) See(false, false);
        tried?.Clear();
        return tried;
    }

    /// <summary>A region that was pinned or rescued: to a young end.</summary>
    private void ComeBack(ModelRegion region)
    {
        if (Count + 1 < Few) Renew(region);
        else if (region.IsProven || region.IsUsed) ToRing(region, true);
        else Season(region);
    }

    /// <summary>Rule 4: the hand gives turns to the used and takes them from the unused.</summary>
    private ModelRegion? HandStopsAt(int mostSteps = MostSteps)
    {
        for (int step = 0; step < mostSteps && _ring.Count > 0; step++)
        {
            ModelRegion region = _ring[0];
            if (region is { IsUsed: false, Turns: 0 }) return region;
            bool used = region.IsUsed;
            if (region.IsUsedAgain) See(true, used);
            region.Turns = used ? Math.Min(region.Turns + 1, 3) : region.Turns - 1;
            _ring.RemoveAt(0);
            ToRing(region, used);
        }

        return null;
    }

    /// <summary>Rule 10: a region that overflows the trial enters the ring, and the ring is a CLOCK.</summary>
    private ModelRegion? OldestUnused()
    {
        TrialIntoRing();
        for (int step = 0; First(_ring) is { } region; step++)
        {
            bool used = region.IsUsed;
            See(region.IsUsedAgain, used);
            if (!used || step >= MostSteps)
            {
                region.Clear();
                return region;
            }

            region.Turns = Math.Min(region.Turns + 1, 3);
            ToRing(region, true);
        }

        return null;
    }

    private void TrialIntoRing()
    {
        for (int step = 0; step < MostSteps && TrialIsOver; step++)
        {
            ModelRegion tried = OutOfTrial()!;
            if (tried.IsUsed)
            {
                Prove(tried);
                continue;
            }

            tried.Clear();
            tried.IsUsedAgain = false;
            _ring.Add(tried);
        }
    }

    /// <summary>Rules 10 and 11: the odds of being used of the one kind against those of the other.</summary>
    private void See(bool again, bool used)
    {
        (long Used, long Unused) one = used ? (1, 0) : (0, 1);
        if (again) _again = (_again.Used + one.Used, _again.Unused + one.Unused);
        else _once = (_once.Used + one.Used, _once.Unused + one.Unused);
        if (_again.Used + _again.Unused + _once.Used + _once.Unused < Math.Max(512, Count)) return;
        decimal odds = (_again.Used + 1m) * (_once.Unused + 1), against = (_again.Unused + 1m) * (_once.Used + 1);
        bool usedInTrial = _proofs * 32 > _proofs + _once.Used + _once.Unused;
        GoesByRecency = usedInTrial && (GoesByRecency ? odds <= 2.5m * against : odds < 1.75m * against);
        _again = (_again.Used / 2, _again.Unused / 2);
        _once = (_once.Used / 2, _once.Unused / 2);
        _proofs /= 2;
    }

    private void Prove(ModelRegion region)
    {
        _proofs++;
        ToRing(region, true);
    }

    private ModelRegion? OutOfTrial() => First(_seasoned) ?? First(_fresh);

    private static ModelRegion? First(List<ModelRegion> list)
    {
        if (list.Count == 0) return null;
        ModelRegion first = list[0];
        list.RemoveAt(0);
        return first;
    }

    private void ToRing(ModelRegion region, bool usedAgain)
    {
        region.IsProven = true;
        region.IsUsedAgain = usedAgain;
        region.Clear();
        region.Stamp = _now;
        _ring.Add(region);
    }

    private void Renew(ModelRegion region)
    {
        region.Clear();
        _fresh.Add(region);
    }

    private void Season(ModelRegion region)
    {
        region.IsFresh = false;
        _seasoned.Add(region);
    }
}
