using Mmap.Spans.Policies.Traces;

namespace Mmap.Spans.Policies;

/// <summary>What the explored two-queue clocks differ in. Percentages are of the bytes held.</summary>
/// <param name="Trial">The share of the trial queue.</param>
/// <param name="Season">The share loaded behind a region after which it is no longer fresh; 100: fresh
/// throughout.</param>
/// <param name="Ghost">How far back an eviction from the trial is remembered; 0: not at all.</param>
/// <param name="Fill">While there is more room than ever before, what overflows the trial enters the ring without
/// proof.</param>
internal readonly record struct ProbationRules(int Trial, int Season, int Ghost, bool Fill = false);

/// <summary>
/// A small trial queue before a CLOCK, with ghosts as stamps: candidates that were explored and not chosen.
/// </summary>
internal sealed class ProbationClock(ProbationRules rules) : Policy
{
    private readonly EntryQueue _fresh = new();
    private readonly EntryQueue _seasoned = new();
    private readonly EntryQueue _ring = new();
    private long[] _leftAt = [];
    private long _evictedBytes = 1;
    private long _peakBytes;

    private long Bytes => TrialBytes + _ring.Bytes;

    private long TrialBytes => _fresh.Bytes + _seasoned.Bytes;

    private bool IsTrialOver => TrialBytes > Bytes * rules.Trial / 100;

    protected override void Begin(Trace trace) => _leftAt = new long[trace.Regions];

    protected override Entry Create(int id, long bytes) => new(id, bytes) { Touched = Entry.Fresh };

    protected override void Hit(Entry entry, bool startsUse)
    {
        if (entry.Touched == Entry.Untouched) entry.Touched = Entry.Used;
    }

    protected override void Load(Entry entry)
    {
        long left = _leftAt[entry.Id];
        if (left != 0 && _evictedBytes - left <= Bytes * rules.Ghost / 100)
        {
            AddTo(_ring, entry);
            return;
        }

        _fresh.Add(entry);
        if (rules.Fill && Bytes > _peakBytes)
        {
            _peakBytes = Bytes;
            while (IsTrialOver) AddTo(_ring, (_seasoned.Take() ?? _fresh.Take())!);
        }

        while (_fresh.Count > 1 && _fresh.Bytes > Bytes * rules.Season / 100) AddTo(_seasoned, _fresh.Take()!);
    }

    protected override Entry? Evict()
    {
        while (true)
        {
            bool fromTrial = IsTrialOver || _ring.Count == 0;
            Entry? entry = fromTrial ? _seasoned.Take() ?? _fresh.Take() : _ring.Take();
            if (entry is null) return null;
            if (entry.Touched == Entry.Used)
            {
                AddTo(_ring, entry);
                continue;
            }

            if (fromTrial)
            {
                _evictedBytes += entry.Bytes;
                _leftAt[entry.Id] = _evictedBytes;
            }

            return entry;
        }
    }

    private static void AddTo(EntryQueue queue, Entry entry)
    {
        entry.Touched = Entry.Untouched;
        queue.Add(entry);
    }
}
