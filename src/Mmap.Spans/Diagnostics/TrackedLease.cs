using System.Globalization;

namespace Mmap.Spans.Diagnostics;

/// <summary>What is remembered of a lease. Each is itself, however alike two are.</summary>
internal sealed class TrackedLease(string kind, string file, FileRange range, string takenAt)
{
    private static long s_lastNumber;

    /// <summary>A range in an object of its own, which is read whole while its owner moves.</summary>
    // Order: acquire and release, as volatile gives them. Stale: the range of a moment ago.
    private volatile object _range = range;

    private readonly long _takenAtMs = Environment.TickCount64;

    /// <summary>Larger for each lease taken; the clock of ages is too coarse to put leases in order.</summary>
    // Order: full; of two threads that take a lease at once, one is first.
    public long Number { get; } = Interlocked.Increment(ref s_lastNumber);

    public string Kind { get; } = kind;

    public string File { get; } = file;

    /// <summary>The bytes that it holds now; none where it is a file, or holds nothing for the moment.</summary>
    public FileRange Range
    {
        get => (FileRange)_range;
        set => _range = value;
    }

    /// <summary>The stack of the call that took the lease.</summary>
    public string TakenAt { get; } = takenAt;

    /// <summary>How long ago it was taken, in seconds.</summary>
    public double AgeSeconds => (Environment.TickCount64 - _takenAtMs) / 1000.0;

    /// <summary>Whether the lease object itself is gone, so that nobody can dispose it any more.</summary>
    public bool IsLost { get; set; }

    private string Held => Range.Length == 0 ? "" : $"bytes {Range} of ";

    /// <summary>Tells who listens that the lease was not disposed.</summary>
    public void Report() => MapEvents.Log.UndisposedLease(File, Range.Offset, Range.Length, Kind, TakenAt);

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Kind} of {Held}'{File}', {AgeSeconds:F1} s old{(IsLost ? ", lost without being disposed" : "")}");
}
