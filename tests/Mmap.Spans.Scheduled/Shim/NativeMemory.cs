using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Shim;

/// <summary>Stands for the framework's <c>NativeMemory</c>: memory whose plain stores are known by their
/// address.</summary>
public static unsafe class NativeMemory
{
    public static void* AlignedAlloc(nuint byteCount, nuint alignment) => HazardArena.Take(byteCount, alignment);

    public static void Clear(void* memory, nuint byteCount) =>
        System.Runtime.InteropServices.NativeMemory.Clear(memory, byteCount);
}
