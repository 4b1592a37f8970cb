using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>Mappings of files: begins, ends and counts them.</summary>
// SAFETY: unsafe for the addresses it hands to the system; every caller owns the range it names, as each method says.
internal static unsafe class NativeRegions
{
    /// <summary>
    /// The maximum of mappings of all managers together: half of the system's limit, because the runtime dies when it
    /// gets none for itself. A manager has a maximum of its own, but several of them could still reach the limit.
    /// </summary>
    private static readonly long s_maxMappings = SystemLimits.MaxMappings / 2;

    private static long s_mappings;

    /// <summary>The present mappings of files in the process.</summary>
    // Order: acquire. Stale: shown to people only; the increment below decides.
    public static long Mappings => Volatile.Read(ref s_mappings);

    /// <summary>Counts a mapping that is about to be made.</summary>
    /// <exception cref="InsufficientMemoryException">The maximum is reached; evicting others helps.</exception>
    public static void CountMapping()
    {
        // Order: full, before the mapping is made; of two threads that reach the maximum at once only one gets the
        // last.
        if (Interlocked.Increment(ref s_mappings) <= s_maxMappings) return;
        UncountMapping();
        throw new InsufficientMemoryException(
            $"The process has {new Amount(s_maxMappings, "mapping")} of files, half of what the system allows it.");
    }

    /// <summary>Uncounts a mapping that has ended or was not made.</summary>
    // Order: full, so that the unmap before it is over when another thread finds room for its own mapping.
    public static void UncountMapping() => Interlocked.Decrement(ref s_mappings);

    /// <summary>
    /// Maps a range of a file by the system's own call; its pointer is acquired once. The range must be inside the
    /// present file: the system maps past the end without an error, and kills the process at the first touch.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">The bytes that the file has.</param>
    /// <param name="room">The bytes to map. No thread touches those past the length before the file has them.</param>
    /// <exception cref="InsufficientMemoryException">The maximum of mappings is reached.</exception>
    /// <exception cref="IOException">The system refuses; its errno is the exception's result.</exception>
    /// <exception cref="UnauthorizedAccessException">The system refuses for lack of a permission.</exception>
    [UnsupportedOSPlatform("windows")]
    public static RegionMemory Map(SafeFileHandle file, long offset, int length, int room)
    {
        const int ReadOnly = 1, Shared = 1;
        int before = PageRange.BytesBefore(offset);
        nuint bytes = (nuint)before + (nuint)room;
        var view = new SafeMemoryMappedViewHandle();
        CountMapping();
        // SAFETY: the address is the system's choice, so nothing that is in use is mapped over.
        nint start = SystemCalls.MapFile(0, bytes, ReadOnly, Shared, file, (nint)(offset - before));
        if (start == -1)
        {
            // Read at once: any other call would overwrite it.
            int errno = Marshal.GetLastPInvokeError();
            UncountMapping();
            throw SystemCalls.ErrorOf(errno);
        }

        // SAFETY: the view owns this new mapping, all of it, and its one pointer is released when TryUnmap ends it.
        Marshal.InitHandle(view, start);
        view.Initialize(bytes);
        byte* pointer = null;
        view.AcquirePointer(ref pointer);
        return new RegionMemory((nint)pointer + before, length, view, Mapped: room);
    }

    /// <summary>Ends a mapping whose pointer was acquired once.</summary>
    /// <returns>False if the system refused; nothing has changed then.</returns>
    public static bool TryUnmap(in RegionMemory memory)
    {
        SafeMemoryMappedViewHandle view = memory.View!;
        // Before the addresses can become another mapping's. If the system refuses below, no lease is left to watch
        // for.
        memory.Watch?.End();
        if (OperatingSystem.IsWindows())
        {
            view.ReleasePointer();
            view.Dispose();
            UncountMapping();
            return true;
        }

        // At the limit of mappings the system may refuse: unmapping the middle of merged neighbours makes two of one.
        // The view's Dispose would not report that. So the mapping is ended here, and the view then owns nothing.
        PageRange pages = PageRange.Of(memory);
        // SAFETY: the mapping is these pages, and no other; the region is Retired, so no lease reads it, and this
        // thread alone ends it.
        if (SystemCalls.Unmap(pages.Start, pages.Bytes) != 0) return false;
        Disown(view);
        UncountMapping();
        if (memory.Watch is not null) UncountMapping();
        return true;
    }

    /// <summary>Unmaps a region's bytes and leaves unreadable addresses in their place.</summary>
    /// <param name="memory">A mapping or a copy.</param>
    /// <param name="pages">Its pages.</param>
    /// <param name="kept">True if the addresses are kept; on Windows another thread may have taken them in
    /// between.</param>
    /// <returns>False if the system refused; nothing has changed then.</returns>
    public static bool TryReplaceWithNoAccess(in RegionMemory memory, PageRange pages, out bool kept)
    {
        if (OperatingSystem.IsWindows())
        {
            const uint Decommit = 0x4000, Reserve = 0x2000, NoAccess = 1;
            // SAFETY: the region is Retired and the range is its own; a view starts where a reservation can.
            if (memory.IsCopy) return kept = SystemCalls.VirtualFree(pages.Start, pages.Bytes, Decommit) != 0;
            kept = TryUnmap(memory) && SystemCalls.VirtualAlloc(pages.Start, pages.Bytes, Reserve, NoAccess) != 0;
            return true;
        }

        const int PrivateFlag = 2, Fixed = 0x10;
        int flags = PrivateFlag | Fixed | SystemCalls.Anonymous | (OperatingSystem.IsLinux() ? 0x4000 : 0x40);
        // SAFETY: the region is Retired and the range is its own. One call does both, so no other mapping can come
        // between.
        kept = SystemCalls.Map(pages.Start, pages.Bytes, 0, flags, -1, 0) == pages.Start;
        if (!kept) return false;
        if (memory.View is not { } view) return true;
        Disown(view);
        UncountMapping();
        return true;
    }

    /// <summary>Makes a view own nothing, and releases its acquired pointer.</summary>
    // SAFETY: the mapping has ended; otherwise the view would unmap the next mapping at this address.
    private static void Disown(SafeMemoryMappedViewHandle view)
    {
        view.SetHandleAsInvalid();
        view.ReleasePointer();
    }
}
