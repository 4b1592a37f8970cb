using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Memory;

namespace Mmap.Spans.TestChild;

/// <summary>
/// Handlers of the truncation guard that a test has assembled: the true one, and twins with a bug in it.
/// </summary>
// SAFETY: unsafe for reads of mappings that the scenario itself made and has not unmapped.
internal static unsafe class GuardHandlers
{
    private const int ReadOnly = 1, ReadAndWrite = 3, Shared = 1, Private = 2, Fixed = 0x10, Anonymous = 0x20;

    private static readonly nint s_page = Environment.SystemPageSize;

    /// <summary>
    /// One thread faults in a mapping. Meanwhile two others watch and forget mappings below and above it, in entries
    /// that the handler searches first.
    /// </summary>
    /// <param name="args">A path to make, the bytes of a handler, and how many faults.</param>
    public static void Churn(string[] args)
    {
        GuardTable table = Install(args[1]);
        long faults = Check.Number(args[2]), pages = 16;
        using var file = new GuardedFile(args[0], (int)pages, seed: 31);
        // below | the file's mapping | pages that nobody may touch | above
        nint below = Map(0, (nint)(4 * pages) * s_page, ReadAndWrite, Private | Anonymous, -1);
        nint bytes = (nint)pages * s_page;
        nint middle = below + bytes, untouched = middle + bytes, above = untouched + bytes;
        for (nint at = untouched; at < above; at += s_page) *(byte*)at = 7;

        bool done = false;
        long turns = 0;
        int ready = 0;
        Thread[] churning = [new(() => WatchAndForget(below)), new(() => WatchAndForget(above))];
        foreach (Thread thread in churning)
        {
            thread.IsBackground = true;
            thread.Start();
        }

        // Their entries come first in the table.
        while (Volatile.Read(ref ready) < 2) Thread.Yield();

        int lost = 0;
        for (long i = 0; i < faults && lost == 0; i++)
        {
            MapAt(middle, file);
            WatchedMapping watch = table.TryWatch(new PageRange(middle, (nuint)bytes))!;
            file.CutTo(0);
            // Reported to another entry, or zeroes beyond the mapping's end.
            if (*(byte*)(middle + s_page) != 0 || watch.UnreadableFrom != middle + s_page) lost++;
            watch.End();
            file.MakeWhole();
            for (nint at = untouched; at < above; at += s_page) lost += *(byte*)at == 7 ? 0 : 1;
        }

        Volatile.Write(ref done, true);
        foreach (Thread thread in churning) thread.Join();
        Check.Report("turns", turns);
        Check.Report("lost", lost);

        void WatchAndForget(nint start)
        {
            WatchedMapping watch = table.TryWatch(new PageRange(start, (nuint)bytes))!;
            Interlocked.Increment(ref ready);
            for (; !Volatile.Read(ref done); Interlocked.Increment(ref turns))
            {
                watch.End();
                watch = table.TryWatch(new PageRange(start, (nuint)bytes))!;
            }
        }
    }

    /// <summary>
    /// Has one thread fault, and another watch for the zeroes through the kernel, which faults nowhere.
    /// </summary>
    /// <param name="args">A path to make, the bytes of a handler, and how many rounds.</param>
    public static void LookWhenZeroesShow(string[] args)
    {
        GuardTable table = Install(args[1]);
        using var file = new GuardedFile(args[0], 16, seed: 37);
        using SafeFileHandle output = File.OpenHandle(args[0] + ".out", FileMode.Create, FileAccess.Write);
        long untold = 0;
        for (long round = 0; round < Check.Number(args[2]); round++)
        {
            nint mapped = MapAt(0, file);
            var pages = new PageRange(mapped, (nuint)file.Content.Length);
            WatchedMapping watch = table.TryWatch(pages)!;
            file.CutTo(0);
            var touching = new Thread(() => Check.That(*(byte*)mapped == 0, "What is gone reads as zeroes."));
            touching.Start();
            while (!IsReadable(output, mapped)) Thread.Yield();
            if (watch.UnreadableFrom == nint.MaxValue) untold++;
            touching.Join();
            watch.End();
            Check.That(NativePages.TryFreeAddresses(pages), "It is unmapped.");
            file.MakeWhole();
        }

        Check.Report("untold", untold);
    }

    private static GuardTable Install(string path)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException();
        var table = GuardTable.Make(1000);
        string? refusal = TruncationGuard.TryInstall(File.ReadAllBytes(path), table);
        Check.That(refusal is null, $"The handler is installed: {refusal}");
        return table;
    }

    private static nint MapAt(nint address, GuardedFile file)
    {
        int flags = Shared | (address == 0 ? 0 : Fixed);
        return Map(address, file.Content.Length, ReadOnly, flags, (int)file.Rent().DangerousGetHandle());
    }

    private static nint Map(nint address, nint bytes, int permissions, int flags, int file)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException();
        nint mapped = SystemCalls.Map(address, (nuint)bytes, permissions, flags, file, 0);
        Check.That(mapped is not (0 or -1), "It is mapped.");
        return mapped;
    }

    private static bool IsReadable(SafeFileHandle output, nint address)
    {
        try
        {
            RandomAccess.Write(output, new ReadOnlySpan<byte>((byte*)address, 1), 0);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
