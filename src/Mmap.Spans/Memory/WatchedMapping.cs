namespace Mmap.Spans.Memory;

/// <summary>
/// A mapping that the truncation guard watches: what of it could not be read, also after it has ended. Thread-safe.
/// </summary>
/// <param name="table">Where it is watched.</param>
/// <param name="index">Its entry there.</param>
internal sealed class WatchedMapping(GuardTable table, int index)
{
    private int _ended, _told;
    private nint _saved;

    /// <summary>
    /// The lowest address that could not be read when it was touched, and from which zeroes stand to the end;
    /// <see cref="nint.MaxValue"/> if there is none. Who has read bytes and looks afterwards is told of zeroes among
    /// them.
    /// </summary>
    public nint UnreadableFrom
    {
        get
        {
            // Order: the bytes that the caller has read come before the look; a processor such as arm64 would turn it
            // round.
            Volatile.ReadBarrier();
            nint now = table.UnreadableFrom(index);
            // Order: acquire, after the entry was read. An entry that is another mapping's by now was ended before.
            return Volatile.Read(ref _ended) == 0 ? now : _saved;
        }
    }

    /// <summary>Whether to count this mapping among those that had unreadable bytes: once it is true.</summary>
    // Order: full; of several who find it at once one counts it.
    public bool TryTell() => Interlocked.Exchange(ref _told, 1) == 0;

    /// <summary>Ends the watch, before the mapping ends; what is known of it stays known. Once is enough.</summary>
    public void End()
    {
        // Order: acquire. Stale: none, only the one thread that unmaps the region comes here.
        if (Volatile.Read(ref _ended) == 0) table.Forget(index, this);
    }

    /// <summary>Keeps what the entry said last. The table's alone.</summary>
    public void Keep(nint unreadableFrom)
    {
        _saved = unreadableFrom;
        // Order: release; the saved address comes before it, and it comes before the entry is another's.
        Volatile.Write(ref _ended, 1);
    }
}
