using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Memory;

/// <summary>What came of asking the system to bring pages into memory.</summary>
internal enum Populated
{
    /// <summary>They are there, or on their way where the system only takes hints.</summary>
    Yes,

    /// <summary>The file now ends before the range does: touching it would be fatal.</summary>
    Gone,

    /// <summary>The system does not offer it, or refused for lack of memory. A hint that fails is no error.</summary>
    Refused,
}

/// <summary>
/// Hints to the system about bytes that will be needed. Ranges are aligned here: a misaligned call fails unseen.
/// </summary>
/// <remarks>
/// Nothing here splits a mapping: <c>WILLNEED</c> and <c>POPULATE_READ</c> leave it whole, while a lasting advice for a
/// part of one, such as <c>RANDOM</c>, would make two of it and count against the system's limit.
/// </remarks>
// SAFETY: unsafe only for the address of one structure that Windows is passed; the calls here read no memory themselves,
// and every one of them leaves the bytes as they are, so a wrong range costs time and nothing else.
internal static unsafe class Advice
{
    private const int WillNeed = 3;
    private const int PopulateRead = 22;
    private const int BadAddressErrno = 14;

    private static long s_refused;

    /// <summary>Hints that the system refused so far, in the whole process.</summary>
    // Order: acquire. Stale: a hint that is refused at this moment is missing from what a person is shown.
    public static long Refused => Volatile.Read(ref s_refused);

    /// <summary>Starts reading a range of a file into the page cache, mapped or not. Linux only; elsewhere nothing happens.</summary>
    /// <returns>Whether there is such a hint.</returns>
    public static bool ReadAhead(SafeFileHandle handle, long offset, long length)
    {
        if (!OperatingSystem.IsLinux()) return false;
        if (SystemCalls.FileAdvise(handle, offset, length, WillNeed) != 0) CountRefusal();
        return true;
    }

    /// <summary>Brings the pages of a mapped range into memory.</summary>
    /// <param name="address">The first byte; mapped for <paramref name="length"/> bytes and pinned by the caller.</param>
    /// <param name="length">The number of bytes.</param>
    public static Populated Populate(nint address, int length)
    {
        if (length == 0) return Populated.Yes;
        nint start = address / Environment.SystemPageSize * Environment.SystemPageSize;
        nuint bytes = (nuint)(address + length - start);
        if (OperatingSystem.IsWindows())
        {
            var range = new SystemCalls.MemoryRange { Address = start, Bytes = bytes };
            if (SystemCalls.PrefetchVirtualMemory(SystemCalls.CurrentProcess, 1, &range, 0) != 0) return Populated.Yes;
        }
        else if (OperatingSystem.IsLinux())
        {
            if (SystemCalls.Advise(start, bytes, PopulateRead) == 0) return Populated.Yes;
            // Read at once: formatting or any other call would overwrite it. Before Linux 5.14 it is EINVAL.
            int errno = Marshal.GetLastPInvokeError();
            if (errno == BadAddressErrno) return Populated.Gone;
            if (SystemCalls.Advise(start, bytes, WillNeed) == 0) return Populated.Refused;
        }
        else if (SystemCalls.Advise(start, bytes, WillNeed) == 0)
        {
            return Populated.Yes;
        }

        CountRefusal();
        return Populated.Refused;
    }

    /// <summary>Counts a hint that came to nothing.</summary>
    // Order: full, because hints are given on several threads and each refusal must count; nothing else relies on it.
    public static void CountRefusal() => Interlocked.Increment(ref s_refused);
}
