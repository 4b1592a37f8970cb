using System.Globalization;

namespace Mmap.Spans.Diagnostics;

/// <summary>The record of a lease. Records are compared by identity.</summary>
internal sealed class TrackedLease(string kind, string file, FileRange range, string takenAt)
{
    private static long s_lastNumber;

    /// <summary>The range in an object of its own, which another thread reads whole while the owner moves.</summary>
    // Order: acquire and release, as volatile gives them. Stale: the range of a moment ago.
    private volatile object _range = range;

    private readonly long _takenAtMs = Environment.TickCount64;

    /// <summary>A number that grows with each lease; the clock of ages is too coarse to order leases.</summary>
    // Order: full; of two threads that take a lease at once, one is first.
    public long Number { get; } = Interlocked.Increment(ref s_lastNumber);

    public string Kind { get; } = kind;

    public string File { get; } = file;

    /// <summary>The bytes that it holds now; empty for a file, or while it holds nothing.</summary>
    public FileRange Range
    {
        get => (FileRange)_range;
        set => _range = value;
    }

    /// <summary>The stack of the call that took the lease.</summary>
    public string TakenAt { get; } = takenAt;

    /// <summary>The age in seconds.</summary>
    public double AgeSeconds => (Environment.TickCount64 - _takenAtMs) / 1000.0;

    /// <summary>True if the lease object was collected, so that it can no longer be disposed.</summary>
    public bool IsLost { get; set; }

    private string Held => Range.Length == 0 ? "" : $"bytes {Range} of ";

    /// <summary>Raises the event that the lease was not disposed.</summary>
    public void RaiseUndisposed() => MapEvents.Log.UndisposedLease(File, Range.Offset, Range.Length, Kind, TakenAt);

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Kind} of {Held}'{File}', {AgeSeconds:F1} s old{(IsLost ? ", lost without being disposed" : "")}");
}
