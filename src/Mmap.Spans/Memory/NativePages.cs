namespace Mmap.Spans.Memory;

/// <summary>Pages of memory that the process gets directly from the system, past the C library's heaps.</summary>
/// <remarks>
/// Those heaps keep freed memory: a process that copies windows of 16 MiB through them holds several times the bytes in
/// use. These pages are returned to the system when they are freed.
/// </remarks>
internal static class NativePages
{
    private static long s_bytes;

    /// <summary>The bytes of pages that the process has now, including recycled ones.</summary>
    // Order: acquire. Stale: shown to people only; nothing depends on it.
    public static long Bytes => Volatile.Read(ref s_bytes);

    /// <summary>Allocates pages of zeroes, readable and writable, to be freed by <see cref="TryFree"/>.</summary>
    /// <exception cref="InsufficientMemoryException">The system has no room for them.</exception>
    public static PageRange Allocate(nuint bytes)
    {
        const uint CommitAndReserve = 0x3000, WindowsReadAndWrite = 4;
        const int ReadAndWrite = 3, PrivateFlag = 2;
        // SAFETY: nothing is there before, at an address that the system chooses.
        nint start = OperatingSystem.IsWindows()
            ? SystemCalls.VirtualAlloc(0, bytes, CommitAndReserve, WindowsReadAndWrite)
            : SystemCalls.Map(0, bytes, ReadAndWrite, PrivateFlag | SystemCalls.Anonymous, -1, 0);
        if (start is 0 or -1)
            throw new InsufficientMemoryException($"There is no room for {Amount.Bytes((long)bytes)} of pages.");
        Count((long)bytes);
        return new PageRange(start, bytes);
    }

    /// <summary>Returns pages to the system.</summary>
    /// <returns>False if the system refused; nothing has changed then.</returns>
    public static bool TryFree(PageRange pages)
    {
        if (!TryFreeAddresses(pages)) return false;
        CountOut(pages);
        return true;
    }

    /// <summary>Uncounts pages whose memory is freed while their addresses are kept.</summary>
    public static void CountOut(PageRange pages) => Count(-(long)pages.Bytes);

    /// <summary>Returns addresses to the system, with or without memory.</summary>
    /// <returns>False if the system refused; nothing has changed then.</returns>
    public static bool TryFreeAddresses(PageRange pages)
    {
        const uint Release = 0x8000;
        // SAFETY: the range was reserved or allocated as a whole, and nobody has a good lease on it.
        return OperatingSystem.IsWindows()
            ? SystemCalls.VirtualFree(pages.Start, 0, Release) != 0
            : SystemCalls.Unmap(pages.Start, pages.Bytes) == 0;
    }

    // Order: full, because threads that allocate and free at once must all count; nothing else relies on it.
    private static void Count(long bytes) => Interlocked.Add(ref s_bytes, bytes);
}
