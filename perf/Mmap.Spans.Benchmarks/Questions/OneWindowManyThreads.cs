using BenchmarkDotNet.Attributes;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Questions;

/// <summary>Does a lease cost more when several threads lease from the same window?</summary>
public class OneWindowManyThreads : Question
{
    private readonly long _expected = Scattered.Sum();
    private ThreadedReads _reads = null!;

    internal override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new(nameof(SpanLease2), nameof(SpanLease1), Goal.Time(1.3)),
        new(nameof(SpanLease4), nameof(SpanLease1), Goal.None),
        new(nameof(SpanLease8), nameof(SpanLease1), Goal.None),
        new(nameof(PointerPair2), nameof(PointerPair1), Goal.None),
        new(nameof(SpanLease2), nameof(PointerPair2), Goal.None),
        new(nameof(MemoryLease2), nameof(MemoryLease1), Goal.None),
    ];

    internal override bool IsTimedByItsThreads => true;

    [Benchmark(Baseline = true, OperationsPerInvoke = Scattered.Reads, Description = "LeaseSpan, 1 thread, one window")]
    public void SpanLease1() => Check(_reads.SpanLeases(1), _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseSpan, 2 threads, one window")]
    public void SpanLease2() => Check(_reads.SpanLeases(2), 2 * _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseSpan, 4 threads, one window")]
    public void SpanLease4() => Check(_reads.SpanLeases(4), 4 * _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseSpan, 8 threads, one window")]
    public void SpanLease8() => Check(_reads.SpanLeases(8), 8 * _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "AcquirePointer pair, 1 thread")]
    public void PointerPair1() => Check(_reads.PointerPairs(1), _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "AcquirePointer pair, 2 threads, one view")]
    public void PointerPair2() => Check(_reads.PointerPairs(2), 2 * _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseMemory, 1 thread")]
    public void MemoryLease1() => Check(_reads.MemoryLeases(1), _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseMemory, 2 threads, one window")]
    public void MemoryLease2() => Check(_reads.MemoryLeases(2), 2 * _expected);

    protected override void Prepare() => _reads = new ThreadedReads(distanceBytes: 0);

    protected override void Clear() => _reads.Dispose();
}
