using RealMemory = System.Runtime.InteropServices.NativeMemory;

namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>
/// The native memory that hazard blocks are made in, used anew by each schedule. Stores into it are plain stores of the
/// library, so they go through the store buffers; it is known by its addresses.
/// </summary>
internal static unsafe class HazardArena
{
    private const int Bytes = 64 * 1024;

    private static readonly byte* s_start = (byte*)RealMemory.AlignedAlloc(Bytes, 4096);
    private static readonly bool[] s_written = new bool[Bytes / sizeof(long)];
    private static int s_used;

    public static void Reset()
    {
        RealMemory.Clear(s_start, (nuint)s_used);
        Array.Clear(s_written, 0, s_used / sizeof(long));
        s_used = 0;
    }

    public static void* Take(nuint bytes, nuint alignment)
    {
        nuint at = ((nuint)s_used + alignment - 1) / alignment * alignment;
        s_used = (int)(at + bytes);
        if (s_used > Bytes) throw new InvalidOperationException("A schedule makes no more than a few blocks.");
        return s_start + at;
    }

    public static bool Contains(nint address) => (nuint)(address - (nint)s_start) < Bytes;

    public static void NoteWrite(nint address) => s_written[(address - (nint)s_start) / sizeof(long)] = true;

    /// <summary>
    /// Whether reading there is worth a choice: a slot that was written in this schedule, or the first of a line. Between
    /// two reads of slots that nobody ever wrote nothing can happen that could not have happened before the first.
    /// </summary>
    public static bool IsWorthAChoice(nint address) =>
        s_written[(address - (nint)s_start) / sizeof(long)] || (address & 127) == 0;
}
