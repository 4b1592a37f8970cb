using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.TestChild;

/// <summary>The real memory of copies as the system counts it: the anonymous memory of the process.</summary>
internal static class CopiedMemory
{
    private static SafeFileHandle? s_status;

    /// <summary>
    /// Threads that lease at random, each one lease at a time, under a budget of two windows for each thread.
    /// </summary>
    /// <param name="args">A path to make, the threads, the bytes of a window, the behaviour over the budget.</param>
    public static void Lease(string[] args)
    {
        int threads = (int)Check.Number(args[1]), window = (int)Check.Number(args[2]);
        int overlap = window / 16, leases = Math.Max(8, (512 << 20) / window / threads);
        long budget = 2L * threads * (window + overlap);
        MakeSparse(args[0], Math.Max(32, 4 * threads) * (long)window);
        using var manager = new MapManager(new MapManagerOptions
        {
            WindowSize = window,
            Overlap = overlap,
            MaxMappedBytes = budget,
            MaxCopiedBytes = budget,
            OverBudget = Enum.Parse<OverBudget>(args[3]),
        });
        using MappedFile file = manager.Open(args[0], new MappedFileOptions { Backing = Backing.Copy });
        long[] most = new long[threads];
        Thread[] all = new Thread[threads];
        for (int i = 0; i < threads; i++)
        {
            int index = i;
            all[i] = new Thread(() => most[index] = LeaseAtRandom(file, index, leases));
        }

        foreach (Thread thread in all) thread.Start();
        foreach (Thread thread in all) thread.Join();
        Check.Report("budget", budget);
        Check.Report("most", most.Max());
        manager.Trim();
        Check.That(manager.GetStatistics().Regions == 0, "All is idle, so all can go.");
        Check.Report("trimmed", AnonymousBytes());
    }

    /// <summary>Reads a long file through copies under default options.</summary>
    /// <param name="args">A path, existing, and <c>cursor</c> or <c>stream</c>.</param>
    public static void Scan(string[] args)
    {
        using var manager = new MapManager();
        using MappedFile file = manager.Open(args[0], new MappedFileOptions { Backing = Backing.Copy });
        long read = args[1] == "cursor" ? ScanByCursor(file) : ScanByStream(file);
        Check.That(read == file.Length, $"{read} bytes of {file.Length} were read.");
        Check.Report("read", read);
        Check.Report("now", AnonymousBytes());
    }

    /// <summary>Reads a file through a stream over copies, and looks what is held on the way.</summary>
    /// <param name="args">A path to make, and how many windows.</param>
    public static void Stream(string[] args)
    {
        var options = new MapManagerOptions();
        MakeSparse(args[0], Check.Number(args[1]) * options.WindowSize);
        using var manager = new MapManager(options);
        using MappedFile file = manager.Open(args[0], new MappedFileOptions { Backing = Backing.Copy });
        byte[] buffer = new byte[1 << 20];
        long most = 0, mostCopied = 0;
        using (Stream stream = file.OpenStream())
        {
            while (stream.Read(buffer) > 0)
            {
                most = Math.Max(most, AnonymousBytes());
                mostCopied = Math.Max(mostCopied, manager.GetStatistics().CopiedBytes);
            }
        }

        Check.Report("window", options.WindowSize + options.Overlap);
        Check.Report("most", most);
        Check.Report("copied", mostCopied);
    }

    private static long LeaseAtRandom(MappedFile file, int seed, int leases)
    {
        var random = new Random(seed);
        long most = 0;
        for (int i = 0; i < leases; i++)
        {
            using SpanLease lease = file.LeaseSpan(random.NextInt64(file.Length - 8), 8);
            Check.That(lease.Span[0] == 0, "A hole reads as zeroes.");
            most = Math.Max(most, AnonymousBytes());
        }

        return most;
    }

    private static long ScanByCursor(MappedFile file)
    {
        using WindowCursor cursor = file.CreateCursor();
        long at = 0;
        for (; cursor.MoveTo(at); at = cursor.End)
            Check.That(!cursor.Span.ContainsAnyExcept((byte)0), "A hole reads as zeroes.");
        return at;
    }

    private static long ScanByStream(MappedFile file)
    {
        using Stream stream = file.OpenStream();
        byte[] buffer = new byte[1 << 20];
        long read = 0;
        for (int count; (count = stream.Read(buffer)) > 0; read += count)
            Check.That(buffer[0] == 0, "A hole reads as zeroes.");
        return read;
    }

    /// <summary>The anonymous memory of the process now. The call itself allocates nothing.</summary>
    private static long AnonymousBytes()
    {
        s_status ??= File.OpenHandle("/proc/self/status", FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> text = stackalloc byte[4096];
        ReadOnlySpan<byte> rest = text[..RandomAccess.Read(s_status, text, 0)];
        rest = rest[(rest.IndexOf("RssAnon:"u8) + 8)..].TrimStart(" \t"u8);
        Check.That(Utf8Parser.TryParse(rest, out long kibibytes, out _), "The system tells what is anonymous.");
        return kibibytes << 10;
    }

    private static void MakeSparse(string path, long length)
    {
        using SafeFileHandle handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        RandomAccess.SetLength(handle, length);
    }
}
