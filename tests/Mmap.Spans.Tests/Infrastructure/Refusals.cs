using Mmap.Spans.Memory;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>Errors as the system makes them.</summary>
internal static class Refusals
{
    /// <summary>The system's error when it has no memory or no mapping left.</summary>
    public static IOException OutOfMemory()
    {
        const int NotEnoughMemory = unchecked((int)0x8007_0008);
        return new("Cannot allocate memory",
            OperatingSystem.IsWindows() ? NotEnoughMemory : SystemCalls.OutOfMemoryErrno);
    }
}
