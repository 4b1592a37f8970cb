using RealMemory = System.Runtime.InteropServices.NativeMemory;

namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>
/// The native memory that hazard blocks are made in, used anew by each schedule. Stores into it are plain stores of the
/// library, so they go through the store buffers; it is known by its addresses.
/// </summary>
public static unsafe class HazardArena
{
    private const int Bytes = 256 * 1024;

    private static readonly byte* s_start = (byte*)RealMemory.AlignedAlloc(Bytes, 4096);
    private static readonly bool[] s_written = new bool[Bytes / sizeof(long)];
    private static int s_kept, s_used;

    /// <summary>Gives back all that was taken in the last schedule.</summary>
    internal static void Reset()
    {
        RealMemory.Clear(s_start + s_kept, (nuint)(s_used - s_kept));
        Array.Clear(s_written, s_kept / sizeof(long), (s_used - s_kept) / sizeof(long));
        s_used = s_kept;
    }

    /// <summary>Keeps what was taken so far: it belongs to the types of a compiled library and not to a
    /// schedule.</summary>
    public static void KeepAll() => s_kept = s_used;

    internal static void* Take(nuint bytes, nuint alignment)
    {
        nuint at = ((nuint)s_used + alignment - 1) / alignment * alignment;
        s_used = (int)(at + bytes);
        if (s_used > Bytes) throw new InvalidOperationException("A schedule makes no more than a few blocks.");
        return s_start + at;
    }

    internal static bool Contains(nint address) => (nuint)(address - (nint)s_start) < Bytes;

    internal static void NoteWrite(nint address) => s_written[(address - (nint)s_start) / sizeof(long)] = true;

    /// <summary>
    /// True if a read there is worth a choice: a slot that was written in this schedule, or the first of a line. Reads
    /// of unwritten slots commute with every step between them, so only the first needs a choice.
    /// </summary>
    internal static bool IsWorthAChoice(nint address) =>
        s_written[(address - (nint)s_start) / sizeof(long)] || (address & 127) == 0;
}
