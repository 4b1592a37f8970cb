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
    private RawView _raw = null!;

    internal override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new(nameof(SpanLease), nameof(PointerPair), Goal.TimeAndBytes(0.25, 0)),
        new(nameof(SpanLeaseOverWindows), nameof(PointerPair), Goal.None),
        new(nameof(SpanLease), nameof(RawPointer), Goal.None),
    ];

    [Benchmark(Baseline = true, OperationsPerInvoke = Scattered.Reads, Description = "AcquirePointer, read, ReleasePointer")]
    public void PointerPair() => Check(EightByteReads.PointerPairs(_raw.Handle), _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseSpan, read, Dispose")]
    public void SpanLease() => Check(EightByteReads.SpanLeases(_file), _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseSpan, read, Dispose, another window each time")]
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
        for (int read = 0; read < Scattered.Reads; read++) _expectedOverWindows += DataFile.Word(OffsetOverWindows(read) / sizeof(long));
    }

    protected override void Clear()
    {
        _raw.Dispose();
        _file.Dispose();
        _manager.Dispose();
    }

    private static long OffsetOverWindows(int read) => Scattered.OffsetOf(read) + (read % Windows) * (long)WindowBytes;
}
