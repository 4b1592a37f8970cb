using Mmap.Spans.Regions;

namespace Mmap.Spans.Policies;

/// <summary>
/// The rules of the region clock on plain lists, with every sum taken anew. It writes to no entry: it keeps its own
/// copy of what the clock keeps in one, and sees of an entry only its size and the touches made from outside.
/// </summary>
internal sealed class RegionClockModel
{
    private readonly List<Note> _fresh = [];
    private readonly List<Note> _seasoned = [];
    private readonly List<Note> _ring = [];
    private readonly Dictionary<Entry, Note> _known = [];
    private long _now = 1;
    private long _peak;
    private long _share;
    private bool _recency;

    // What was used again, and what was used once: whether the next look found it used. And the proofs of the trial.
    private readonly Dictionary<(bool Again, bool Used), long> _seen = new()
    {
        [(true, true)] = 0,
        [(true, false)] = 0,
        [(false, true)] = 0,
        [(false, false)] = 0,
    };

    private long _proofs;

    private int Count => _fresh.Count + _seasoned.Count + _ring.Count;

    private long Held => _fresh.Concat(_seasoned).Concat(_ring).Sum(n => n.Entry.Bytes);

    private long Trial => _fresh.Concat(_seasoned).Sum(n => n.Entry.Bytes);

    private bool Over => Count >= 16 && _fresh.Count + _seasoned.Count > 8 &&
        (_recency ? Trial > Held / 4 : Trial > Held / 10 && Trial > _share);

    public void Insert(Entry entry, long leftAt)
    {
        if (_known.TryGetValue(entry, out Note? old))
        {
            if (Count < 15)
            {
                old.Clear();
                _fresh.Add(old);
                return;
            }

            if (old.Proven || entry.Touched == 1) ToRing(old, again: true);
            else _seasoned.Add(old);
            return;
        }

        _now += entry.Bytes;
        var note = new Note(entry) { Stamp = _now };
        _known.Add(entry, note);
        if (leftAt != 0 && !_recency && Count >= 15 && Hand() is { } rival)
        {
            bool wins = leftAt > rival.Stamp;
            Note? next = _seasoned.Concat(_fresh).FirstOrDefault();
            if (_now - leftAt < _now - rival.Stamp + (next is null ? 0 : _now - next.Stamp))
            {
                if (_seen[(false, false)] > 0) _seen[(false, false)]--;
                See(false, true);
            }

            _share = Math.Clamp(_share + (wins ? entry.Bytes : -entry.Bytes / 8), Held / 10, Held * 5 / 10);
            if (wins)
            {
                ToRing(note, again: true);
                return;
            }
        }

        _fresh.Add(note);
        if (Held > _peak)
        {
            _peak = Held;
            while (Over) ToRing(TakeTrial()!, again: false);
        }

        while (_fresh.Count > 1 && _fresh.Sum(n => n.Entry.Bytes) > Held / 20)
        {
            Note note2 = _fresh[0];
            _fresh.RemoveAt(0);
            _seasoned.Add(note2);
        }
    }

    public void Remove(Entry entry)
    {
        Note note = _known[entry];
        _ = _fresh.Remove(note) || _seasoned.Remove(note) || _ring.Remove(note);
        if (Count == 0) _peak = 0;
    }

    /// <summary>
    /// Foretells the victim. It must be asked before the clock, which then clears what both have looked at.
    /// </summary>
    public Entry? TakeVictim()
    {
        if (Count < 16)
        {
            _seasoned.AddRange(_ring);
            _ring.Clear();
        }
        else if (_recency && ByRecency() is { } first)
        {
            return Gone(first);
        }

        for (int step = 0; ; step++)
        {
            Note? victim = Over ? null : Hand();
            if (victim is null && TakeTrial() is { } tried)
            {
                if (!tried.Used || step >= 16)
                {
                    if (Count + 1 >= 16) See(false, false);
                    return Gone(tried);
                }

                if (Count + 1 >= 16)
                {
                    _proofs++;
                    ToRing(tried, again: true);
                }
                else
                {
                    tried.Clear();
                    _fresh.Add(tried);
                }

                continue;
            }

            victim ??= _ring.FirstOrDefault();
            if (victim is null) return null;
            _ring.Remove(victim);
            if (victim.Again) See(true, false);
            return Gone(victim);
        }
    }

    /// <summary>Both have done the same; now they must hold the same, and what the model cleared is cleared.</summary>
    public void AssertSame(RegionClock clock, ulong seed, int step)
    {
        if (clock.Count != Count)
            throw new InvalidOperationException($"Seed {seed}, step {step}: {clock.Count} regions, not {Count}.");
        foreach (Note note in _fresh.Concat(_seasoned).Concat(_ring))
        {
            note.Forget();
            Entry entry = note.Entry;
            bool same = entry.Queue is not null && entry.Stamp == note.Stamp && entry.Turns == note.Turns &&
                entry.Proven == note.Proven && entry.UsedAgain == note.Again;
            if (!same) throw new InvalidOperationException($"Seed {seed}, step {step}: region {entry.Id} differs.");
        }
    }

    private Note? Hand()
    {
        for (int step = 0; step < 16 && _ring.Count > 0; step++)
        {
            Note note = _ring[0];
            if (!note.Used && note.Turns == 0) return note;
            bool used = note.Used;
            if (note.Again) See(true, used);
            note.Turns = used ? Math.Min(3, note.Turns + 1) : note.Turns - 1;
            _ring.RemoveAt(0);
            ToRing(note, used);
        }

        return null;
    }

    private Note? ByRecency()
    {
        for (int step = 0; step < 16 && Over; step++)
        {
            Note tried = TakeTrial()!;
            if (tried.Used)
            {
                _proofs++;
                ToRing(tried, again: true);
            }
            else
            {
                tried.Clear();
                tried.Again = false;
                _ring.Add(tried);
            }
        }

        for (int step = 0; _ring.Count > 0; step++)
        {
            Note note = _ring[0];
            _ring.RemoveAt(0);
            See(note.Again, note.Used);
            if (!note.Used || step >= 16) return note;
            note.Turns = Math.Min(3, note.Turns + 1);
            ToRing(note, again: true);
        }

        return null;
    }

    private void See(bool usedAgain, bool used)
    {
        _seen[(usedAgain, used)]++;
        if (_seen.Values.Sum() < Math.Max(512, Count)) return;
        // The odds of the one kind against the odds of the other, without a division.
        long again = (_seen[(true, true)] + 1) * (_seen[(false, false)] + 1);
        long once = (_seen[(true, false)] + 1) * (_seen[(false, true)] + 1);
        long trials = _proofs + _seen[(false, true)] + _seen[(false, false)];
        _recency = _proofs * 32 > trials && (_recency ? 2 * again <= 5 * once : 4 * again < 7 * once);
        foreach ((bool, bool) cell in _seen.Keys.ToArray()) _seen[cell] /= 2;
        _proofs /= 2;
    }

    private Note? TakeTrial()
    {
        List<Note> queue = _seasoned.Count > 0 ? _seasoned : _fresh;
        if (queue.Count == 0) return null;
        Note note = queue[0];
        queue.RemoveAt(0);
        return note;
    }

    private void ToRing(Note note, bool again)
    {
        note.Clear();
        note.Proven = true;
        note.Again = again;
        note.Stamp = _now;
        _ring.Add(note);
    }

    private static Entry Gone(Note note)
    {
        note.Forget();
        return note.Entry;
    }

    private sealed class Note(Entry entry)
    {
        private bool _cleared;

        public Entry Entry => entry;

        public int Turns;
        public bool Proven;
        public bool Again;
        public long Stamp;

        public bool Used => !_cleared && entry.Touched == 1;

        public void Clear() => _cleared = true;

        public void Forget() => _cleared = false;
    }
}
