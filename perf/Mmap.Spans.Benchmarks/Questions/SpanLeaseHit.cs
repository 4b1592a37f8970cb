using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Questions;

/// <summary>What does a span lease of eight bytes cost when their window is in memory?</summary>
public unsafe class SpanLeaseHit : Question
{
    private const int WindowBytes = 16 << 20;
    private const int Windows = 4;

    private readonly long _expected = Scattered.Sum();
    private long _expectedOverWindows;
    private MapManager _manager = null!;
    private MappedFile _file = null!;
    private MapManager _full = null!;
    private MappedFile _fullFile = null!;
    private MemoryLease _held = null!;
    private RawView _raw = null!;

    internal override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new(nameof(SpanLease), nameof(PointerPair), Goal.TimeAndBytes(0.25, 0)),
        new(nameof(SpanReaderLease), nameof(PointerPair), Goal.TimeAndBytes(0.15, 0)),
        new(nameof(SpanLeaseOverWindows), nameof(PointerPair), Goal.None),
        new(nameof(SpanLease), nameof(RawPointer), Goal.None),
        new(nameof(SpanLeaseInHeldWindow), nameof(SpanLease), Goal.Time(2)),
    ];

    internal override IReadOnlyList<Comparison> ComparisonsWithoutProfile { get; } =
    [
        new(nameof(SpanLease), nameof(PointerPair), Goal.None),
        new(nameof(SpanReaderLease), nameof(PointerPair), Goal.None),
    ];

    [Benchmark(
        Baseline = true, OperationsPerInvoke = Scattered.Reads, Description = "AcquirePointer, read, ReleasePointer")]
    public void PointerPair() => Check(EightByteReads.PointerPairs(_raw.Handle), _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseSpan, read, Dispose")]
    public void SpanLease() => Check(EightByteReads.SpanLeases(_file), _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "SpanReader.LeaseSpan, read, Dispose")]
    public void SpanReaderLease() => Check(EightByteReads.SpanReaderLeases(_file.CreateReader()), _expected);

    [Benchmark(
        OperationsPerInvoke = Scattered.Reads, Description = "LeaseSpan, read, Dispose, another window each time")]
    public void SpanLeaseOverWindows()
    {
        MappedFile file = _file;
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++)
        {
            using SpanLease lease = file.LeaseSpan(OffsetOverWindows(read), sizeof(long));
            sum += MemoryMarshal.Read<long>(lease.Span);
        }

        Check(sum, _expectedOverWindows);
    }

    /// <summary>The sweeper has met the window and parked it, because a heap lease holds it.</summary>
    [Benchmark(
        OperationsPerInvoke = Scattered.Reads,
        Description = "LeaseSpan, read, Dispose, in a window that a MemoryLease holds after evictions")]
    public void SpanLeaseInHeldWindow()
    {
        MappedFile file = _fullFile;
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++)
        {
            using SpanLease lease = file.LeaseSpan(Scattered.OffsetOf(read), sizeof(long));
            sum += MemoryMarshal.Read<long>(lease.Span);
        }

        Check(sum, _expected);
    }

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "a raw pointer kept for ever")]
    public void RawPointer()
    {
        byte* pointer = _raw.Pointer;
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++) sum += *(long*)(pointer + Scattered.OffsetOf(read));
        Check(sum, _expected);
    }

    protected override void Prepare()
    {
        string path = DataFile.OfWords(Windows * WindowBytes);
        _manager = new MapManager(new MapManagerOptions { WindowSize = WindowBytes });
        _file = _manager.Open(path);
        _raw = new RawView(path);
        _full = new MapManager(new MapManagerOptions { WindowSize = WindowBytes, MaxMappedBytes = 2 * WindowBytes });
        _fullFile = _full.Open(path, new MappedFileOptions { Backing = Backing.Map });
        _held = _fullFile.LeaseMemory(0, sizeof(long));
        for (int turn = 0; turn < 2 * Windows; turn++)
            _fullFile.LeaseSpan((1 + turn % (Windows - 1)) * (long)WindowBytes, sizeof(long)).Dispose();
        for (int read = 0; read < Scattered.Reads; read++)
            _expectedOverWindows += DataFile.Word(OffsetOverWindows(read) / sizeof(long));
    }

    protected override void Clear()
    {
        _raw.Dispose();
        _held.Dispose();
        _fullFile.Dispose();
        _full.Dispose();
        _file.Dispose();
        _manager.Dispose();
    }

    private static long OffsetOverWindows(int read) => Scattered.OffsetOf(read) + (read % Windows) * (long)WindowBytes;
}
