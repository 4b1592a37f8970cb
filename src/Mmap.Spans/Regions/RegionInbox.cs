namespace Mmap.Spans.Regions;

/// <summary>
/// The regions for the next sweep to examine: new ones, and those whose last pin has ended. Any thread adds, the
/// sweeper takes all. Lock-free.
/// </summary>
/// <remarks>
/// Source: the stack of R. K. Treiber, "Systems Programming: Coping with Parallelism" (IBM RJ 5118, 1986), emptied as a
/// whole. A region is in it at most once, and one exchange empties it, so no pop can meet a reused node.
/// </remarks>
internal sealed class RegionInbox
{
    private Region? _newest;

    /// <summary>Adds a region, unless it is in already.</summary>
    public void Put(Region region)
    {
        // Order: full; the caller's reason to report comes before it. If the region is in already, the sweeper has yet
        // to clear the mark, and looks at the word only after that: it sees the caller's change.
        if (Interlocked.Exchange(ref region.InInbox, 1) != 0) return;

        // Order: acquire. Stale: if another thread has put a region in since, the exchange fails and brings that one.
        Region? newest = Volatile.Read(ref _newest);
        while (true)
        {
            region.InboxNext = newest;
            // Order: full; InboxNext comes before it. Pairs with the exchange in TakeAll.
            Region? found = Interlocked.CompareExchange(ref _newest, region, newest);
            if (ReferenceEquals(found, newest)) return;
            newest = found;
        }
    }

    /// <summary>Takes everything, oldest first. Under the gate.</summary>
    public void TakeAll(List<Region> into)
    {
        into.Clear();
        // Order: full; pairs with the exchange in Put.
        Region? next = Interlocked.Exchange(ref _newest, null);
        while (next is not null)
        {
            Region region = next;
            next = region.InboxNext;
            region.InboxNext = null;
            into.Add(region);
        }

        into.Reverse();
        // Order: full, each; after InboxNext is free for the next Put, and before the sweeper looks at the word.
        foreach (Region region in into) Interlocked.Exchange(ref region.InInbox, 0);
    }
}
