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

    /// <summary>What mmap calls memory without a file.</summary>
    private static int Anonymous => OperatingSystem.IsLinux() ? 0x20 : 0x1000;

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

    /// <summary>Memory for a copy, uninitialised; given back with <see cref="TryEndCopy"/>.</summary>
    /// <exception cref="OutOfMemoryException">There is none.</exception>
    // SAFETY: the caller writes all that it later shows, and frees the address once.
    private static nint Allocate(int length) => (nint)NativeMemory.AlignedAlloc((nuint)length, AlignmentBytes);

    /// <summary>Memory for a copy, to be filled; ended with <see cref="TryEndCopy"/>.</summary>
    /// <param name="length">The bytes.</param>
    /// <param name="guarded">Whether they get pages of their own, which become unreadable at the end.</param>
    public static RegionMemory AllocateCopy(int length, bool guarded)
    {
        if (!guarded) return new RegionMemory(Allocate(length), length, null);
        var pages = new GuardPages(length);
        return new RegionMemory(pages.Address, length, pages);
    }

    /// <summary>Ends a copy.</summary>
    /// <returns>False if the system refused; nothing has changed then.</returns>
    public static bool TryEndCopy(in RegionMemory copy)
    {
        if (copy.View is not null) return QuarantinedRanges.TryEnd(copy);
        // SAFETY: the address came from Allocate and is given here once, after the last lease of the region has ended.
        NativeMemory.AlignedFree((void*)copy.Address);
        return true;
    }

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

    /// <summary>Pages of zeroes that can be read and written, given back with <see cref="TryFreePages"/>.</summary>
    /// <exception cref="InsufficientMemoryException">There is no room for them.</exception>
    public static nint AllocatePages(nuint bytes)
    {
        const uint CommitAndReserve = 0x3000, WindowsReadAndWrite = 4;
        const int ReadAndWrite = 3, PrivateFlag = 2;
        // SAFETY: nothing is there before, at an address that the system chooses.
        nint address = OperatingSystem.IsWindows()
            ? SystemCalls.VirtualAlloc(0, bytes, CommitAndReserve, WindowsReadAndWrite)
            : SystemCalls.Map(0, bytes, ReadAndWrite, PrivateFlag | Anonymous, -1, 0);
        return address is not (0 or -1) ? address : throw new InsufficientMemoryException($"There is no room for {bytes} bytes of pages.");
    }

    /// <summary>Takes a region's bytes out of memory and leaves unreadable addresses in their place.</summary>
    /// <param name="memory">A mapping, or a copy in <see cref="GuardPages"/>.</param>
    /// <param name="start">The first page of it.</param>
    /// <param name="bytes">How far it goes.</param>
    /// <param name="kept">Whether the addresses are kept; on Windows another thread may have got them in between.</param>
    /// <returns>False if the system refused; nothing has changed then.</returns>
    public static bool TryReplaceWithNoAccess(in RegionMemory memory, nint start, nuint bytes, out bool kept)
    {
        SafeBuffer view = memory.View!;
        if (OperatingSystem.IsWindows())
        {
            const uint Decommit = 0x4000, Reserve = 0x2000, NoAccess = 1;
            // SAFETY: the region is Retired and the range is its own; a view starts where a reservation can.
            if (memory.IsCopy) return kept = SystemCalls.VirtualFree(start, bytes, Decommit) != 0;
            kept = TryUnmap(memory) && SystemCalls.VirtualAlloc(start, bytes, Reserve, NoAccess) != 0;
            return true;
        }

        const int PrivateFlag = 2, Fixed = 0x10;
        int unreserved = OperatingSystem.IsLinux() ? 0x4000 : 0x40;
        // SAFETY: the region is Retired and the range is its own. One call does both, so no other mapping can come between.
        kept = SystemCalls.Map(start, bytes, 0, PrivateFlag | Fixed | Anonymous | unreserved, -1, 0) == start;
        if (!kept) return false;
        view.SetHandleAsInvalid();
        if (!memory.IsCopy) UncountMapping();
        return true;
    }

    /// <summary>Gives addresses back that no region has any more.</summary>
    /// <returns>False if the system refused; nothing has changed then.</returns>
    public static bool TryFreePages(nint start, nuint bytes)
    {
        const uint Release = 0x8000;
        // SAFETY: the range was reserved or allocated as a whole, and nobody has a good lease on it.
        return OperatingSystem.IsWindows()
            ? SystemCalls.VirtualFree(start, 0, Release) != 0
            : SystemCalls.Unmap(start, bytes) == 0;
    }
}
