namespace Mmap.Spans.Memory;

/// <summary>
/// A mapping that the truncation guard watches: its unreadable bytes, also after it has ended. Thread-safe.
/// </summary>
/// <param name="table">The table that has its entry.</param>
/// <param name="index">The index of its entry.</param>
internal sealed class WatchedMapping(GuardTable table, int index)
{
    private int _ended, _told;
    private nint _saved;

    /// <summary>
    /// The lowest address that could not be read when it was touched; zeroes stand from there to the end.
    /// <see cref="nint.MaxValue"/> if there is none. A thread that reads bytes and then looks here learns of every zero
    /// among them.
    /// </summary>
    public nint UnreadableFrom
    {
        get
        {
            // Order: the caller's reads of the bytes come before the look; a processor such as arm64 would reorder
            // them.
            Volatile.ReadBarrier();
            nint now = table.UnreadableFrom(index);
            // Order: acquire, after the entry was read. An entry reused by another mapping was ended before.
            return Volatile.Read(ref _ended) == 0 ? now : _saved;
        }
    }

    /// <summary>True, once, if this mapping is to be counted among those with unreadable bytes.</summary>
    // Order: full; exactly one of several threads counts it.
    public bool TryCount() => Interlocked.Exchange(ref _told, 1) == 0;

    /// <summary>Ends the watch, before the mapping ends; its unreadable bytes stay known. Idempotent.</summary>
    public void End()
    {
        // Order: acquire. Stale: none, only the one thread that unmaps the region comes here.
        if (Volatile.Read(ref _ended) == 0) table.Unwatch(index, this);
    }

    /// <summary>Keeps the entry's last state. For the table alone.</summary>
    public void Keep(nint unreadableFrom)
    {
        _saved = unreadableFrom;
        // Order: release; the saved address comes before it, and it comes before the entry is reused.
        Volatile.Write(ref _ended, 1);
    }
}
