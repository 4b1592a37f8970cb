using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>The result of asking the system to bring pages into memory.</summary>
internal enum Populated
{
    /// <summary>The pages are in memory, or on their way if the system only takes hints.</summary>
    Yes,

    /// <summary>The file now ends before the range does: a touch would be fatal.</summary>
    Missing,

    /// <summary>The system does not offer it, or refused for lack of memory. A hint that fails is no error.</summary>
    Refused,
}

/// <summary>
/// Hints to the system about bytes that will be needed. Ranges are aligned here, because a misaligned call fails
/// silently.
/// </summary>
/// <remarks>
/// Nothing here splits a mapping. <c>WILLNEED</c> and <c>POPULATE_READ</c> leave it whole. Lasting advice, such as
/// <c>RANDOM</c>, is given for whole mappings only: for a part it would make two mappings, which count against the
/// system's limit.
/// </remarks>
// SAFETY: unsafe for the addresses of ranges and offsets on this stack, which the system uses only during the call. No
// call changes the bytes of a mapped file, so a wrong range of one costs only time. DropPages would lose the bytes of
// copies, and leaves them out.
internal static unsafe class Advice
{
    private const int RandomOrder = 1;
    private const int SequentialOrder = 2;
    private const int WillNeed = 3;
    private const int DoNotNeed = 4;
    private const int PopulateRead = 22;
    private const int BadAddressErrno = 14;

    /// <summary>
    /// The fewest ranges worth the call: for fewer it costs more than it saves if no other thread runs.
    /// </summary>
    private const int FewestRanges = 8;

    /// <summary>The most ranges in one call; they lie on the stack.</summary>
    private const int MostRanges = 64;

    /// <summary>
    /// The length from which a range is read and not only requested; see <see cref="TryReadInOrder"/>.
    /// </summary>
    private const long LongRangeBytes = 1 << 20;

    private static readonly Lazy<SafeFileHandle?> s_nowhere = new(OpenNowhere);

    private static long s_refused;

    /// <summary>
    /// True once the system has refused to drop pages, as older ones do; it is not asked again then.
    /// </summary>
    // Order: acquire and release, as volatile gives them. Stale: another thread asks once more, and is refused too.
    private static volatile bool s_cannotDropPages;

    /// <summary>Hints that the system refused so far, in the whole process.</summary>
    // Order: acquire. Stale: a refusal of this moment is missing from the shown number.
    public static long Refused => Volatile.Read(ref s_refused);

    /// <summary>
    /// Reads a range of a file into the page cache, mapped or not. Linux only; elsewhere it does nothing. A short range
    /// is only requested. A long one is read to its end, so that is no work for a caller's thread.
    /// </summary>
    /// <returns>False if the system has no such hint.</returns>
    public static bool ReadAhead(SafeFileHandle handle, long offset, long length, AccessPattern access)
    {
        if (!OperatingSystem.IsLinux()) return false;
        // A handle with random advice reads nothing ahead, so reading in order would be slow.
        bool inOrder = length >= LongRangeBytes && access != AccessPattern.Random && Environment.Is64BitProcess;
        if (inOrder && TryReadInOrder(handle, offset, length)) return true;
        if (SystemCalls.FileAdvise(handle, offset, length, WillNeed) != 0) CountRefusal();
        return true;
    }

    /// <summary>Brings the pages of a mapped range into memory.</summary>
    /// <param name="address">The first byte, mapped for <paramref name="length"/> bytes and pinned by the
    /// caller.</param>
    /// <param name="length">The number of bytes.</param>
    public static Populated Populate(nint address, int length)
    {
        if (length == 0) return Populated.Yes;
        (nint start, nuint bytes) = PageRange.Of(address, length);
        if (OperatingSystem.IsWindows())
        {
            var range = new SystemCalls.MemoryRange { Address = start, Bytes = bytes };
            if (SystemCalls.PrefetchVirtualMemory(SystemCalls.CurrentProcess, 1, &range, 0) != 0) return Populated.Yes;
        }
        else if (OperatingSystem.IsLinux())
        {
            if (SystemCalls.Advise(start, bytes, PopulateRead) == 0) return Populated.Yes;
            // Read at once, because formatting or any other call would overwrite it. Before Linux 5.14 it is EINVAL.
            int errno = Marshal.GetLastPInvokeError();
            if (errno == BadAddressErrno) return Populated.Missing;
            if (SystemCalls.Advise(start, bytes, WillNeed) == 0) return Populated.Refused;
        }
        else if (SystemCalls.Advise(start, bytes, WillNeed) == 0)
        {
            return Populated.Yes;
        }

        CountRefusal();
        return Populated.Refused;
    }

    /// <summary>
    /// Gives the system the order of use of a whole new mapping. Without random advice a fault also reads the
    /// neighbourhood, which may be megabytes, whatever advice the handle has.
    /// </summary>
    public static void ApplyAccessPattern(in RegionMemory memory, AccessPattern access)
    {
        if (access == AccessPattern.Normal || OperatingSystem.IsWindows() || memory.IsCopy) return;
        PageRange pages = PageRange.Of(memory);
        int order = access == AccessPattern.Random ? RandomOrder : SequentialOrder;
        if (SystemCalls.Advise(pages.Start, pages.Bytes, order) != 0) CountRefusal();
    }

    /// <summary>
    /// Gives the system the order of reads through a handle. Linux only; elsewhere it does nothing.
    /// </summary>
    public static void ApplyAccessPattern(SafeFileHandle handle, AccessPattern access)
    {
        if (access == AccessPattern.Normal || !OperatingSystem.IsLinux()) return;
        int order = access == AccessPattern.Random ? RandomOrder : SequentialOrder;
        if (SystemCalls.FileAdvise(handle, 0, 0, order) != 0) CountRefusal();
    }

    /// <summary>
    /// Removes the pages of mappings that will soon be unmapped from the process's page tables, in one call. The
    /// mappings and their bytes stay: a touch brings a page back from the page cache.
    /// </summary>
    /// <remarks>
    /// An unmap makes every processor flush the pages, and one call can unmap only adjacent ranges. This call names
    /// many ranges and makes the processors flush once. The later unmap of a range without pages costs no flush, except
    /// that its own page tables (2 MiB of addresses each) go with it. Source: Linux 6.18, mm/madvise.c, vector_madvise.
    /// </remarks>
    /// <param name="leaving">Mappings and copies; the copies stay as they are.</param>
    /// <returns>True if the pages of all mappings are dropped.</returns>
    public static bool DropPages(ReadOnlySpan<RegionMemory> leaving)
    {
        if (leaving.Length < FewestRanges || s_cannotDropPages || !OperatingSystem.IsLinux()) return false;

        // SAFETY: indexed below MostRanges, by the loop's own condition.
        SystemCalls.MemoryRange* ranges = stackalloc SystemCalls.MemoryRange[MostRanges];
        for (int at = 0; at < leaving.Length;)
        {
            nuint count = 0;
            for (; at < leaving.Length && count < MostRanges; at++)
            {
                // For anything but a file mapping the bytes would be lost.
                if (leaving[at].IsCopy) continue;
                PageRange pages = PageRange.Of(leaving[at]);
                ranges[count++] = new SystemCalls.MemoryRange { Address = pages.Start, Bytes = pages.Bytes };
            }

            // SAFETY: the ranges are whole read-only mappings of files; no byte of them changes for any reader. They
            // are still mapped: only the caller, the sweeper under its gate, has them unmapped, after it has marked
            // them.
            if (count == 0) continue;
            nint answer = SystemCalls.ProcessAdvise(
                SystemCalls.ProcessAdviseNumber, SystemCalls.OwnProcess, ranges, count, DoNotNeed, 0);
            if (answer >= 0) continue;
            s_cannotDropPages = true;
            CountRefusal();
            return false;
        }

        return true;
    }

    /// <summary>
    /// Reads a range into the page cache, in order, by sending it to a device that discards it: nothing is copied.
    /// Waits for the disk.
    /// </summary>
    /// <remarks>
    /// <c>WILLNEED</c> would start as many reads without waiting, but into single pages. Each of those costs the reader
    /// a share of a fault, and the kernel much work. The kernel's own read-ahead, when it sees a file read in order,
    /// uses pages up to some hundred times larger. Populating a mapping does not help: unless it begins at the start of
    /// the file, that reads into single pages as well. Source: Linux 6.18, mm/readahead.c, force_page_cache_ra and
    /// page_cache_sync_ra.
    /// </remarks>
    /// <returns>False if the file cannot be read like this.</returns>
    [SupportedOSPlatform("linux")]
    private static bool TryReadInOrder(SafeFileHandle handle, long offset, long length)
    {
        if (s_nowhere.Value is not { } nowhere) return false;
        long at = offset, end = offset + length;
        while (at < end)
        {
            // SAFETY: the kernel adds to the offset, which is on this stack, and touches no other memory of ours.
            nint sent = SystemCalls.SendFile(nowhere, handle, &at, (nuint)(end - at));
            if (sent <= 0) return sent == 0;
        }

        return true;
    }

    private static SafeFileHandle? OpenNowhere()
    {
        try
        {
            return File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, FileOptions.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process without devices in its root folder, or without a free handle, uses the other hint.
            return null;
        }
    }

    /// <summary>Counts a failed hint.</summary>
    // Order: full, because hints are given on several threads and each refusal must count; nothing else relies on it.
    public static void CountRefusal() => Interlocked.Increment(ref s_refused);
}
