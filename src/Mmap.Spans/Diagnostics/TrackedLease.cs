using System.Globalization;

namespace Mmap.Spans.Diagnostics;

/// <summary>What is remembered of a lease. Each is itself, however alike two are.</summary>
internal sealed class TrackedLease(string kind, string file, FileRange range, string takenAt)
{
    private static long s_lastNumber;

    private readonly long _takenAtMs = Environment.TickCount64;

    /// <summary>Larger for each lease taken; the clock of ages is too coarse to put leases in order.</summary>
    // Order: full; of two threads that take a lease at once, one is first.
    public long Number { get; } = Interlocked.Increment(ref s_lastNumber);

    public string Kind { get; } = kind;

    public string File { get; } = file;

    public FileRange Range { get; } = range;

    /// <summary>The stack of the call that took the lease.</summary>
    public string TakenAt { get; } = takenAt;

    /// <summary>How long ago it was taken, in seconds.</summary>
    public double AgeSeconds => (Environment.TickCount64 - _takenAtMs) / 1000.0;

    /// <summary>Whether the lease object itself is gone, so that nobody can dispose it any more.</summary>
    public bool IsLost { get; set; }

    /// <summary>Tells who listens that the lease was not disposed.</summary>
    public void Report() => MapEvents.Log.UndisposedLease(File, Range.Offset, Range.Length, Kind, TakenAt);

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Kind} of bytes {Range} of '{File}', {AgeSeconds:F1} s old")
        + (IsLost ? ", lost without being disposed" : "");
}
