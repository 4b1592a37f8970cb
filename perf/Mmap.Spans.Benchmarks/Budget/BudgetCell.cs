using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Json;
using Mmap.Spans.Benchmarks.Data;

namespace Mmap.Spans.Benchmarks.Budget;

/// <summary>
/// Threads that read a file much larger than the budget in every way, one way after the other. Another thread samples
/// the memory of the process.
/// </summary>
internal sealed class BudgetCell : IDisposable
{
    /// <summary>The distance between the bytes of known value.</summary>
    public const int MarkBytes = 64 << 10;

    public const long FileBytes = 2L << 30;

    private const int Kinds = 5;

    /// <summary>
    /// Leases and moves of a turn: the other kinds wait for other threads, and so many are as long as one of these.
    /// </summary>
    private const int Reads = 32;

    private static readonly TimeSpan s_measuring = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(1);

    private readonly Cell _cell;
    private readonly MapManager _manager;
    private readonly MappedFile _file;
    private long _turns;

    private BudgetCell(Cell cell, string path)
    {
        _cell = cell;
        _manager = new MapManager(new MapManagerOptions
        {
            WindowSize = cell.WindowBytes,
            Overlap = 0,
            MaxMappedBytes = cell.BudgetBytes,
            MaxCopiedBytes = cell.BudgetBytes,
        });
        _file = _manager.Open(path, new MappedFileOptions { Backing = cell.Backing });
    }

    /// <summary>Measures in this process, and writes the result as a line of JSON.</summary>
    public static int Measure(string cellAsJson)
    {
        Cell cell = JsonSerializer.Deserialize<Cell>(cellAsJson)!;
        string path = DataFile.OfMarks(FileBytes, MarkBytes);
        var memory = new OwnMemory(path);

        // Once without counting: afterwards the memory of the compiler and the threads is in place.
        using (var first = new BudgetCell(cell with { Backing = Backing.Map }, path)) first.Run(() => { });
        GC.Collect();
        long before = memory.AnonymousBytes(), mapped = 0, anonymous = before;

        using var run = new BudgetCell(cell, path);
        run.Run(() =>
        {
            mapped = Math.Max(mapped, memory.MappedBytes());
            anonymous = Math.Max(anonymous, memory.AnonymousBytes());
        });
        run._manager.Trim();
        GC.Collect();
        long left = memory.AnonymousBytes();
        MapStatistics statistics = run._manager.GetStatistics();
        long peak = cell.Backing == Backing.Copy ? statistics.PeakCopiedBytes : statistics.PeakMappedBytes;
        var result = new CellResult(peak, mapped, anonymous - before, left - before, run._turns);
        Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }

    public void Dispose()
    {
        _file.Dispose();
        _manager.Dispose();
    }

    /// <summary>Has the threads work for a while, and looks again and again.</summary>
    private void Run(Action look)
    {
        using var end = new CancellationTokenSource();
        Task[] threads = [.. Enumerable.Range(0, _cell.Threads).Select(thread => Task.Factory.StartNew(
            () => Work(thread, end.Token), end.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        var clock = Stopwatch.StartNew();
        do look();
        while (clock.Elapsed < s_measuring && Task.WaitAny(threads, s_between) < 0);
        end.Cancel();
        Task.WaitAll(threads, CancellationToken.None);
    }

    private void Work(int thread, CancellationToken end)
    {
        using WindowCursor cursor = _file.CreateCursor();
        long turn = 0;
        for (; !end.IsCancellationRequested; turn++)
        {
            long mark = MarkOf(turn * _cell.Threads + thread);
            switch ((turn + thread) % Kinds)
            {
                case 0:
                    for (int read = 0; read < Reads; read++) Lease(MarkOf(mark + read));
                    break;
                case 1:
                    for (int read = 0; read < Reads; read++) Move(cursor, MarkOf(mark + read));
                    break;
                case 2:
                    Pipe(mark).Wait(CancellationToken.None);
                    break;
                case 3:
                    _file.Prefetch(mark * MarkBytes, MarkBytes);
                    Lease(mark);
                    break;
                default:
                    Load(mark).Wait(CancellationToken.None);
                    break;
            }
        }

        // Order: full; each thread adds once, and the sum is read when all have ended.
        Interlocked.Add(ref _turns, turn);
    }

    /// <summary>As good as random.</summary>
    private static long MarkOf(long number) => (long)((ulong)DataFile.Word(number) % (FileBytes / MarkBytes));

    private static void Move(WindowCursor cursor, long mark)
    {
        if (!cursor.MoveTo(mark * MarkBytes)) throw new InvalidOperationException($"Mark {mark} is in the file.");
        Check(cursor.Span[0], mark);
        cursor.Release();
    }

    private void Lease(long mark)
    {
        using SpanLease lease = _file.LeaseSpan(mark * MarkBytes, sizeof(long));
        Check(lease.Span[0], mark);
    }

    private async Task Load(long mark) => await _file.LoadAsync(mark * MarkBytes, MarkBytes).ConfigureAwait(false);

    /// <summary>The rest of the mark's window, and the beginning of the next.</summary>
    private async Task Pipe(long mark)
    {
        PipeReader reader = _file.CreatePipeReader(new MappedPipeReaderOptions { Offset = mark * MarkBytes });
        for (int buffer = 0; buffer < 2; buffer++)
        {
            ReadResult result = await reader.ReadAsync().ConfigureAwait(false);
            if (buffer == 0) Check(result.Buffer.FirstSpan[0], mark);
            if (result.IsCompleted && result.Buffer.IsEmpty) break;
            reader.AdvanceTo(result.Buffer.End);
        }

        await reader.CompleteAsync().ConfigureAwait(false);
    }

    private static void Check(byte found, long mark)
    {
        if (found != DataFile.Mark(mark))
            throw new InvalidOperationException($"The byte at mark {mark} is not the file's.");
    }
}
