using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.TestChild;

/// <summary>Less address space than the budget allows: the system refuses before the budget does.</summary>
internal static class LittleSpace
{
    private const int WindowBytes = 64 << 20;
    private const long StampEveryBytes = 256L << 20;

    private static readonly MapManagerOptions s_options =
        new() { WindowSize = WindowBytes, Overlap = 0, MaxMappedBytes = long.MaxValue };

    /// <summary>
    /// Reads through a file longer than the address space: idle regions are evicted when the system refuses.
    /// </summary>
    /// <param name="args">A path to make, and its length.</param>
    public static void Walk(string[] args)
    {
        long length = Check.Number(args[1]);
        MakeSparse(args[0], length);
        using var manager = new MapManager(s_options);
        using MappedFile file = manager.Open(args[0], new MappedFileOptions { Backing = Backing.Map });
        for (int turn = 0; turn < 2; turn++)
        {
            for (long offset = 0; offset < length; offset += StampEveryBytes)
            {
                using SpanLease lease = file.LeaseSpan(offset, 8);
                Check.That(BinaryPrimitives.ReadInt64LittleEndian(lease.Span) == offset, "The bytes are the file's.");
            }
        }

        Check.That(manager.Trim() > 0
            && manager.GetStatistics() is { Regions: 0, MappedBytes: 0 }, "All is idle, so all can go.");
        Check.Report("retried", manager.GetStatistics().MapFailuresRetried);
        Check.That(manager.GetStatistics().MapFailuresRetried > 0,
            "The system refused at least once, or the limit did not bite.");
    }

    /// <summary>Keeps every lease until the system refuses; the error names the limits, and afterwards all works
    /// again.</summary>
    /// <param name="args">A path to make, and its length.</param>
    public static void Hold(string[] args)
    {
        long length = Check.Number(args[1]);
        MakeSparse(args[0], length);
        using var manager = new MapManager(s_options);
        using MappedFile file = manager.Open(args[0]);
        var held = new List<MemoryLease>();
        string? message = null;
        try
        {
            for (long offset = 0; offset < length; offset += WindowBytes) held.Add(file.LeaseMemory(offset, 8));
        }
        catch (IOException e)
        {
            message = e.Message;
        }

        foreach (MemoryLease lease in held) lease.Dispose();
        manager.Trim();
        Check.That(message is not null, "The system refuses before the end of the file.");
        Check.That(message!.Contains("ulimit -v")
            && message.Contains(args[0]), $"The error names the file and the limit: {message}");
        Check.Report("held", held.Count);
        using (MemoryLease last = file.LeaseMemory(length - 8, 8)) Check.That(last.Length == 8,
            "What is given back can be had again.");
        file.Dispose();
        Check.That(manager.GetStatistics() is { Regions: 0, MappedBytes: 0, LiveHeapLeases: 0 },
            "A refused load leaves nothing charged.");
    }

    /// <summary>Reads here and there in a file far longer than the address space.</summary>
    /// <param name="args">A path to make, its length, and how many reads.</param>
    public static void RandomInHugeFile(string[] args)
    {
        long length = Check.Number(args[1]);
        MakeSparse(args[0], length);
        var random = new Random(7);
        using var manager = new MapManager(s_options);
        using MappedFile file = manager.Open(args[0], new MappedFileOptions { Backing = Backing.Map });
        for (long left = Check.Number(args[2]); left > 0; left--)
        {
            long offset = random.NextInt64(length / StampEveryBytes) * StampEveryBytes;
            using SpanLease lease = file.LeaseSpan(offset, 8);
            Check.That(BinaryPrimitives.ReadInt64LittleEndian(lease.Span) == offset, "The bytes are the file's.");
            using SpanLease hole = file.LeaseSpan(random.NextInt64(length - 1), 1);
        }

        // The console needs some space of its own, and the regions have taken all there was.
        manager.Trim();
        Check.Report("peak", manager.GetStatistics().PeakMappedBytes);
        Check.Report("retried", manager.GetStatistics().MapFailuresRetried);
    }

    /// <summary>A file of holes with its own offsets here and there.</summary>
    private static void MakeSparse(string path, long length)
    {
        using SafeFileHandle handle =
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.None);
        RandomAccess.SetLength(handle, length);
        byte[] stamp = new byte[8];
        for (long offset = 0; offset < length; offset += StampEveryBytes)
        {
            BinaryPrimitives.WriteInt64LittleEndian(stamp, offset);
            RandomAccess.Write(handle, stamp, offset);
        }
    }
}
