using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Pressure;

/// <summary>One way of reading at random, for some threads at once.</summary>
internal sealed class PressureReads : IDisposable
{
    /// <summary>The length of the file.</summary>
    public const long FileBytes = 512 << 20;

    private const int ReadsACall = 4000;

    private readonly PressureCell _cell;
    private readonly IDisposable[] _owned;
    private readonly Func<int, int, long> _read;
    private int _calls;

    private PressureReads(PressureCell cell, IDisposable[] owned, Func<int, int, long> read)
    {
        _cell = cell;
        _owned = owned;
        _read = read;
    }

    /// <summary>By positional reads into one buffer a thread.</summary>
    public static PressureReads Positional(string path, PressureCell cell)
    {
        SafeFileHandle handle = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
        byte[][] buffers = [.. Enumerable.Range(0, cell.Threads).Select(_ => new byte[cell.Length])];
        return new PressureReads(cell, [handle], (thread, turn) =>
        {
            long offset = cell.OffsetOf(thread, turn);
            RandomAccess.Read(handle, buffers[thread], offset);
            return Check(buffers[thread], offset);
        });
    }

    /// <summary>By leases, of spans or of memories.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cell">The reads.</param>
    /// <param name="backing">The backing of the file.</param>
    /// <param name="access">The access pattern of the file.</param>
    /// <param name="windowBytes">The windows, which do not overlap.</param>
    /// <param name="budgetBytes">The budget of mappings.</param>
    /// <param name="isMemory">True if the leases are on the heap.</param>
    public static PressureReads Leases(
        string path, PressureCell cell, Backing backing, AccessPattern access, int windowBytes, long budgetBytes,
        bool isMemory = false)
    {
        var manager = new MapManager(
            new MapManagerOptions { WindowSize = windowBytes, Overlap = 0, MaxMappedBytes = budgetBytes });
        MappedFile file = manager.Open(path, new MappedFileOptions { Backing = backing, Access = access });
        return new PressureReads(cell, [file, manager], isMemory ? ByMemory : BySpan);

        long BySpan(int thread, int turn)
        {
            long offset = cell.OffsetOf(thread, turn);
            using SpanLease lease = file.LeaseSpan(offset, cell.Length);
            return Check(lease.Span, offset);
        }

        long ByMemory(int thread, int turn)
        {
            long offset = cell.OffsetOf(thread, turn);
            using MemoryLease lease = file.LeaseMemory(offset, cell.Length);
            return Check(lease.Span, offset);
        }
    }

    /// <summary>Has each thread read some thousand times, each time others.</summary>
    /// <returns>The nanoseconds of processor time a read.</returns>
    public double Measure(ThreadTeam team)
    {
        int first = _calls++ * ReadsACall;
        long sum = team.Run(thread =>
        {
            long begin = ProcessorClock.Now(), bytes = 0;
            for (int turn = first; turn < first + ReadsACall; turn++) bytes += _read(thread, turn);
            long time = ProcessorClock.Now() - begin;
            return bytes == 0 ? throw new InvalidOperationException("The reads gave nothing.") : time;
        });
        return (double)sum / ReadsACall / _cell.Threads;
    }

    public void Dispose() => Array.ForEach(_owned, each => each.Dispose());

    /// <summary>Touches every cache line and throws unless the first word is the file's own.</summary>
    private static long Check(ReadOnlySpan<byte> bytes, long offset)
    {
        const int CacheLineBytes = 64;
        long sum = 0;
        for (int at = 0; at < bytes.Length; at += CacheLineBytes) sum += bytes[at];
        return MemoryMarshal.Read<long>(bytes) == DataFile.Word(offset / sizeof(long))
            ? sum
            : throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"The bytes at {offset} are not the file's."));
    }
}
