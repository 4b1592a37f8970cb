using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Shim;

/// <summary>
/// Stands for the framework's <c>Volatile</c>. In the hazard arena a store goes through the thread's store buffer; to
/// managed memory it is visible at once.
/// </summary>
public static unsafe class Volatile
{
    public static bool Read(
        ref readonly bool location, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.Step("reads", member, line);
        return location;
    }

    public static int Read(
        ref readonly int location, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.Step("reads", member, line);
        return location;
    }

    public static ulong Read(
        ref readonly ulong location, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.Step("reads", member, line);
        return location;
    }

    public static long Read(
        ref readonly long location, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        // SAFETY: only the address is looked at, and only what lies in the arena keeps it.
        nint address = (nint)Unsafe.AsPointer(ref Unsafe.AsRef(in location));
        bool slot = HazardArena.Contains(address);
        if (!slot || HazardArena.IsWorthAChoice(address)) Schedule.Step(slot ? "reads a slot" : "reads", member, line);
        return slot && Schedule.IsHidden(address, out long before) ? before : location;
    }

    public static T Read<T>(
        ref readonly T location, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
        where T : class?
    {
        Schedule.Step("reads", member, line);
        T value = location;
        // The reference is read later, by a plain load that no shim sees.
        Schedule.Step("looks into it", member, line);
        return value;
    }

    public static void Write(
        ref bool location, bool value, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.Step("writes", member, line);
        location = value;
    }

    public static void Write(
        ref int location, int value, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.Step("writes", member, line);
        location = value;
    }

    public static void Write(
        ref ulong location, ulong value, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        Schedule.Step("writes", member, line);
        location = value;
    }

    public static void Write(
        ref long location, long value, [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        // SAFETY: as in Read.
        nint address = (nint)Unsafe.AsPointer(ref location);
        bool slot = HazardArena.Contains(address);
        Schedule.Step(slot ? "stores into a slot" : "writes", member, line);
        if (slot)
        {
            HazardArena.NoteWrite(address);
            Worker.Current?.Stores.Add(address, location);
        }

        location = value;
    }

    public static void Write<T>([NotNullIfNotNull(nameof(value))] ref T location, T value,
        [CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
        where T : class?
    {
        Schedule.Step("writes", member, line);
        location = value;
    }
}
