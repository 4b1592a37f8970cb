using System.Numerics;
using System.Runtime.CompilerServices;
using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Shim;

/// <summary>
/// Stands for the framework's <c>Interlocked</c>: each operation is one step, and makes the thread's own stores
/// visible. Only one thread of a schedule moves at a time, so plain arithmetic is atomic here.
/// </summary>
public static class Interlocked
{
    public static T Increment<T>(ref T location, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
        where T : struct, IBinaryInteger<T>
    {
        Schedule.FencedStep("increments", member, line);
        return ++location;
    }

    public static T Decrement<T>(ref T location, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
        where T : struct, IBinaryInteger<T>
    {
        Schedule.FencedStep("decrements", member, line);
        return --location;
    }

    public static long Add(
        ref long location, long value, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.FencedStep("adds", member, line);
        return location += value;
    }

    public static ulong Or(
        ref ulong location, ulong value, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.FencedStep("ors", member, line);
        ulong before = location;
        location |= value;
        return before;
    }

    public static T Exchange<T>(
        ref T location, T value, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.FencedStep("exchanges", member, line);
        T before = location;
        location = value;
        return before;
    }

    public static T CompareExchange<T>(
        ref T location, T value, T comparand, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.FencedStep("compares and exchanges", member, line);
        T before = location;
        if (EqualityComparer<T>.Default.Equals(before, comparand)) location = value;
        return before;
    }

    public static void MemoryBarrierProcessWide([CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.FencedStep("fences all threads", member, line);
        Schedule.FlushAll();
    }
}
