namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>
/// The stores of one thread that no other thread sees yet, oldest first, as in a processor with total store order.
/// </summary>
/// <remarks>
/// The memory itself already holds the new values, so that the owner reads its own stores in every way. The buffer
/// keeps the values that the others still see: those from before. That is exact because every slot has one writer.
/// </remarks>
internal sealed class StoreBuffer
{
    private readonly Queue<(nint Address, long Before)> _stores = new();

    public int Count => _stores.Count;

    public void Add(nint address, long before) => _stores.Enqueue((address, before));

    /// <summary>Makes the oldest store visible to all.</summary>
    public void FlushOldest() => _stores.Dequeue();

    /// <summary>Makes all stores visible to all.</summary>
    public void Flush() => _stores.Clear();

    /// <summary>
    /// The value that other threads see at an address, if a store of this thread is still invisible to them.
    /// </summary>
    public bool Hides(nint address, out long before)
    {
        foreach ((nint at, long value) in _stores)
        {
            if (at != address) continue;
            before = value;
            return true;
        }

        before = 0;
        return false;
    }
}
