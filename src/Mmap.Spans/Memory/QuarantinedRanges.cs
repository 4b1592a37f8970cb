namespace Mmap.Spans.Memory;

/// <summary>
/// The addresses of regions that ended under guard: unmapped, and kept unreadable, so that no other mapping gets them
/// and whoever still reads there faults at once. The process's; thread-safe.
/// </summary>
/// <remarks>
/// They cost no memory, but address space and entries in the system's table of mappings, so only the latest are kept;
/// and none when the system has no room for a load.
/// </remarks>
internal static class QuarantinedRanges
{
    /// <summary>The most ranges kept: a sixteenth of the mappings that a process may have on Linux.</summary>
    public const int MaxRanges = 4096;

    /// <summary>The most bytes of addresses kept, as long as that is more than one range.</summary>
    public static readonly long MaxBytes = Environment.Is64BitProcess ? 16L << 30 : 128 << 20;

    private static readonly Queue<PageRange> s_kept = new();
    private static long s_bytes;

    /// <summary>How many ranges are kept now.</summary>
    public static int Count
    {
        get
        {
            lock (s_kept) return s_kept.Count;
        }
    }

    /// <summary>Takes the bytes of a region out of memory and keeps their addresses.</summary>
    /// <returns>False if the system refused; nothing has changed then.</returns>
    public static bool TryEnd(in RegionMemory memory)
    {
        PageRange range = PageRange.Of(memory);
        if (!NativeRegions.TryReplaceWithNoAccess(memory, range, out bool kept)) return false;
        if (!kept) return true;

        lock (s_kept)
        {
            s_kept.Enqueue(range);
            s_bytes += (long)range.Bytes;
            while (s_kept.Count > MaxRanges || (s_bytes > MaxBytes && s_kept.Count > 1))
            {
                // Refused: it is kept a little longer.
                if (!TryGiveBackOldest()) break;
            }
        }

        return true;
    }

    /// <summary>Gives all addresses back to the system.</summary>
    /// <returns>False if there were none.</returns>
    public static bool GiveBack()
    {
        lock (s_kept)
        {
            int before = s_kept.Count;
            for (int i = 0; i < before; i++) TryGiveBackOldest();
            return s_kept.Count < before;
        }
    }

    private static bool TryGiveBackOldest()
    {
        PageRange oldest = s_kept.Dequeue();
        if (NativePages.TryFreeAddresses(oldest))
        {
            s_bytes -= (long)oldest.Bytes;
            return true;
        }

        s_kept.Enqueue(oldest);
        return false;
    }
}
