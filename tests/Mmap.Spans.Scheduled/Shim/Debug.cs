using System.Diagnostics.CodeAnalysis;
using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Shim;

/// <summary>Stands for the framework's <c>Debug</c>: an assert that fails ends the schedule.</summary>
public static class Debug
{
    public static void Assert([DoesNotReturnIf(false)] bool condition, string message = "An assert failed.")
    {
        if (!condition) Schedule.Fail(message);
    }
}
