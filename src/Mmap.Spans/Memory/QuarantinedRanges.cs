namespace Mmap.Spans.Memory;

/// <summary>
/// The addresses of regions that ended under guard. They are unmapped and kept unreadable, so that no other mapping
/// gets them and a late read faults at once. One list for the process; thread-safe.
/// </summary>
/// <remarks>
/// They cost no memory, but address space and entries in the system's table of mappings. So only the latest are kept,
/// and none if the system has no room for a load.
/// </remarks>
internal static class QuarantinedRanges
{
    /// <summary>The maximum of kept ranges: a sixteenth of the mappings that a process may have on Linux.</summary>
    public const int MaxRanges = 4096;

    /// <summary>The maximum of kept bytes of addresses, unless one range alone is longer.</summary>
    public static readonly long MaxBytes = Environment.Is64BitProcess ? 16L << 30 : 128 << 20;

    private static readonly Queue<PageRange> s_kept = new();
    private static long s_bytes;

    /// <summary>The number of ranges kept now.</summary>
    public static int Count
    {
        get
        {
            lock (s_kept) return s_kept.Count;
        }
    }

    /// <summary>Unmaps the bytes of a region and keeps their addresses.</summary>
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
                // Refused: the range is kept a little longer.
                if (!TryGiveBackOldest()) break;
            }
        }

        return true;
    }

    /// <summary>Returns all addresses to the system.</summary>
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
