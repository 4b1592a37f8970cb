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
    private long _now = 1, _peak, _share;

    public int Count => _fresh.Count + _seasoned.Count + _ring.Count;

    private IEnumerable<ModelRegion> Trial => _seasoned.Concat(_fresh);

    private long Bytes => Trial.Concat(_ring).Sum(region => region.Bytes);

    /// <summary>Rule 5: the trial gives the victim while it holds more than its share, and never below eight regions.</summary>
    private bool TrialIsOver =>
        Count >= Few && Trial.Count() > 8 && Trial.Sum(region => region.Bytes) > Math.Max(_share, Bytes / 10);

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
        if (leftAt != 0 && Count + 1 >= Few && HandStopsAt() is { } rival)
        {
            bool outlasts = leftAt > rival.Stamp;
            _share = Math.Clamp(_share + (outlasts ? region.Bytes : -region.Bytes / 8), Bytes / 10, Bytes / 2);
            if (outlasts)
            {
                ToRing(region);
                return;
            }
        }

        _fresh.Add(region);
        // Rule 9: while it holds more than ever, what overflows the trial needs no proof.
        if (Bytes > _peak)
        {
            _peak = Bytes;
            while (TrialIsOver) ToRing(OutOfTrial()!);
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
        // Rule 10.
        if (Count < Few)
        {
            _seasoned.AddRange(_ring);
            _ring.Clear();
        }

        for (int step = 0; ; step++)
        {
            ModelRegion? victim = TrialIsOver ? null : HandStopsAt();
            if (victim is null && OutOfTrial() is { } tried)
            {
                if (tried.IsUsed && step < MostSteps)
                {
                    if (Count + 1 >= Few) ToRing(tried);
                    else Renew(tried);
                    continue;
                }

                tried.Clear();
                return tried;
            }

            victim ??= _ring.FirstOrDefault();
            if (victim is not null) _ring.Remove(victim);
            return victim;
        }
    }

    /// <summary>A region that was pinned or rescued: to a young end.</summary>
    private void ComeBack(ModelRegion region)
    {
        if (Count + 1 < Few) Renew(region);
        else if (region.IsProven || region.IsUsed) ToRing(region);
        else Season(region);
    }

    /// <summary>Rule 4: the hand gives turns to the used and takes them from the unused.</summary>
    private ModelRegion? HandStopsAt()
    {
        for (int step = 0; step < MostSteps && _ring.Count > 0; step++)
        {
            ModelRegion region = _ring[0];
            if (region is { IsUsed: false, Turns: 0 }) return region;
            region.Turns = region.IsUsed ? Math.Min(region.Turns + 1, 3) : region.Turns - 1;
            _ring.RemoveAt(0);
            ToRing(region);
        }

        return null;
    }

    private ModelRegion? OutOfTrial() => First(_seasoned) ?? First(_fresh);

    private static ModelRegion? First(List<ModelRegion> list)
    {
        if (list.Count == 0) return null;
        ModelRegion first = list[0];
        list.RemoveAt(0);
        return first;
    }

    private void ToRing(ModelRegion region)
    {
        region.IsProven = true;
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
