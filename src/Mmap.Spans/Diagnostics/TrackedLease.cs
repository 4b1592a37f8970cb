namespace Mmap.Spans.Diagnostics;

/// <summary>What is remembered of a lease. Each is itself, however alike two are.</summary>
internal sealed class TrackedLease(string kind, string file, FileRange range, string takenAt)
{
    /// <summary>The stack of the call that took the lease.</summary>
    public string TakenAt { get; } = takenAt;

    /// <summary>Whether the lease object itself is gone, so that nobody can dispose it any more.</summary>
    public bool IsLost { get; set; }

    /// <summary>Tells who listens that the lease was not disposed.</summary>
    public void Report() => MapEvents.Log.UndisposedLease(kind, range.Offset, range.Length, file, TakenAt);

    public override string ToString() => $"{kind} of bytes {range} of '{file}'{(IsLost ? ", lost without being disposed" : "")}";
}
