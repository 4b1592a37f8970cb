using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>
/// The processor time of the calling thread, if the system reports it exactly (Linux); elsewhere the time of day. A
/// machine that does other work as well takes the processor away in the middle of a round, and this clock stands
/// still meanwhile.
/// </summary>
internal static partial class ProcessorClock
{
    private const int ThreadProcessorTime = 3;

    /// <summary>Nanoseconds from some point in the past.</summary>
    public static long Now()
    {
        if (OperatingSystem.IsLinux() && GetTime(ThreadProcessorTime, out TimeSpec time) == 0)
            return time.Seconds * 1_000_000_000 + time.Nanoseconds;
        return (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec time);

    /// <summary>POSIX <c>struct timespec</c> on a 64-bit system.</summary>
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
