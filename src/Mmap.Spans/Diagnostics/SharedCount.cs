namespace Mmap.Spans.Diagnostics;

/// <summary>
/// A count that many threads raise often: each adds to a line of its own, as far as there are lines. Thread-safe.
/// </summary>
internal sealed class SharedCount
{
    private const int Lines = 16;
    private const int LongsALine = 16;

    private readonly long[] _parts = new long[(Lines + 1) * LongsALine];

    /// <summary>The count.</summary>
    public long Sum
    {
        get
        {
            long sum = 0;
            // Order: acquire, so that a number read after a call counts that call. Stale: what others add meanwhile is
            // missed, and nothing is decided by it.
            for (int line = 1; line <= Lines; line++) sum += Volatile.Read(ref _parts[line * LongsALine]);
            return sum;
        }
    }

    /// <summary>Adds one.</summary>
    // Order: full, because two threads on one line must both count; nothing relies on what comes before or after.
    public void Increment() =>
        Interlocked.Increment(ref _parts[((Environment.CurrentManagedThreadId & (Lines - 1)) + 1) * LongsALine]);
}
