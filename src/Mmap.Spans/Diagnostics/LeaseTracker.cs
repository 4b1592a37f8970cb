using System.Collections.Concurrent;

namespace Mmap.Spans.Diagnostics;

/// <summary>Remembers where each heap lease of a manager was taken, when the manager's options ask for it.</summary>
internal sealed class LeaseTracker
{
    private readonly ConcurrentDictionary<LeaseRecord, byte> _live = [];

    /// <summary>The leases that have not ended.</summary>
    public ICollection<LeaseRecord> Live => _live.Keys;

    /// <summary>Remembers a lease with the caller's stack.</summary>
    public LeaseRecord Begin(string kind, string file, FileRange range)
    {
        var record = new LeaseRecord(this, kind, file, range, Environment.StackTrace);
        _live.TryAdd(record, 0);
        return record;
    }

    public void Forget(LeaseRecord record) => _live.TryRemove(record, out _);
}

/// <summary>One lease that is remembered.</summary>
internal sealed class LeaseRecord(LeaseTracker tracker, string kind, string file, FileRange range, string takenAt)
{
    public string Kind { get; } = kind;

    public string File { get; } = file;

    public FileRange Range { get; } = range;

    /// <summary>The stack of the call that took the lease.</summary>
    public string TakenAt { get; } = takenAt;

    public void End() => tracker.Forget(this);

    public override string ToString() => $"{Kind} of bytes {Range} of '{File}'";
}
