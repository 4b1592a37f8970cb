using System.Runtime.InteropServices;

namespace Mmap.Spans.Memory;

/// <summary>Native memory of regions: where copies live, and how mappings end.</summary>
// SAFETY: unsafe for the addresses it hands to the system; every caller owns the range it names, as each method says.
internal static unsafe class NativeRegions
{
    /// <summary>Copies start on a cache line, as mappings do.</summary>
    private const int AlignmentBytes = 64;

    /// <summary>
    /// The mappings that all managers together may have: half of what the system allows, because the runtime dies when it
    /// gets none for itself. A manager has a cap of its own; several of them could still reach the limit.
    /// </summary>
    private static readonly long s_maxMappings = SystemLimits.MaxMappings / 2;

    private static long s_mappings;

    /// <summary>The mappings of files in the process now.</summary>
    // Order: acquire. Stale: the count is shown to people; what decides is the increment below.
    public static long Mappings => Volatile.Read(ref s_mappings);

    /// <summary>Counts a mapping that is about to be made.</summary>
    /// <exception cref="InsufficientMemoryException">There are as many as may be; dropping others helps.</exception>
    public static void CountMapping()
    {
        // Order: full, before the mapping is asked for; of two threads that reach the maximum at once only one gets the last.
        if (Interlocked.Increment(ref s_mappings) <= s_maxMappings) return;
        UncountMapping();
        throw new InsufficientMemoryException($"The process has {s_maxMappings} mappings of files, half of what the system allows it.");
    }

    /// <summary>Counts a mapping out that has ended or was not made.</summary>
    // Order: full, so that the unmap before it is over when another thread finds room for a mapping of its own.
    public static void UncountMapping() => Interlocked.Decrement(ref s_mappings);

    /// <summary>Memory for a copy, uninitialised; given back with <see cref="Free"/>.</summary>
    /// <exception cref="OutOfMemoryException">There is none.</exception>
    // SAFETY: the caller writes all that it later shows, and frees the address once.
    public static nint Allocate(int length) => (nint)NativeMemory.AlignedAlloc((nuint)length, AlignmentBytes);

    // SAFETY: the address came from Allocate and is given here once, after the last lease of the region has ended.
    public static void Free(nint address) => NativeMemory.AlignedFree((void*)address);

    // SAFETY: the caller allocated length bytes at the address and has shown them to nobody yet.
    public static Span<byte> Writable(nint address, int length) => new((void*)address, length);

    /// <summary>Ends a mapping whose pointer was acquired once.</summary>
    /// <returns>False if the system refused; nothing has changed then.</returns>
    public static bool TryUnmap(in RegionMemory memory)
    {
        SafeBuffer view = memory.View!;
        if (OperatingSystem.IsWindows())
        {
            view.ReleasePointer();
            view.Dispose();
            UncountMapping();
            return true;
        }

        // The view's own Dispose would not say whether the system refused, and at the limit of mappings it does
        // (unmapping the middle of merged neighbours makes two of one). So the mapping is ended here and the view is
        // told that it owns nothing any more.
        nint start = memory.Address / Environment.SystemPageSize * Environment.SystemPageSize;
        // SAFETY: the mapping starts at the page that holds the first byte asked for and is ByteLength long; the
        // region is Retired, so no lease reads it, and this thread alone ends it.
        if (SystemCalls.Unmap(start, (nuint)view.ByteLength) != 0) return false;
        view.SetHandleAsInvalid();
        UncountMapping();
        return true;
    }

    /// <summary>Makes a mapping unreadable, for good; it keeps its addresses until it is unmapped.</summary>
    /// <returns>False if the system refused; nothing has changed then.</returns>
    public static bool TryForbid(in RegionMemory memory)
    {
        SafeBuffer view = memory.View!;
        nint start = memory.Address / Environment.SystemPageSize * Environment.SystemPageSize;
        if (OperatingSystem.IsWindows())
        {
            const uint NoAccess = 1;
            uint before;
            // SAFETY: the range is the view's own, whose region is Retired.
            return SystemCalls.VirtualProtect(start, (nuint)view.ByteLength, NoAccess, &before) != 0;
        }

        const int NoPermissions = 0;
        // SAFETY: as above.
        return SystemCalls.Protect(start, (nuint)view.ByteLength, NoPermissions) == 0;
    }
}
