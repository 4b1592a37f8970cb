using BenchmarkDotNet.Attributes;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Questions;

/// <summary>Do threads that lease from different windows of one file disturb each other?</summary>
public class ManyWindowsManyThreads : Question
{
    private const int WindowBytes = 16 << 20;

    private readonly long[] _expected =
        [.. Enumerable.Range(0, ThreadedReads.MostThreads).Select(thread => Scattered.Sum(thread * (long)WindowBytes))];
    private ThreadedReads _reads = null!;

    internal override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new(nameof(SpanLease2), nameof(SpanLease1), Goal.None),
        new(nameof(SpanLease4), nameof(SpanLease1), Goal.None),
        new(nameof(SpanLease8), nameof(SpanLease1), Goal.None),
        new(nameof(MemoryLease2), nameof(MemoryLease1), Goal.None),
    ];

    internal override bool IsTimedByItsThreads => true;

    [Benchmark(Baseline = true, OperationsPerInvoke = Scattered.Reads, Description = "LeaseSpan, 1 thread, own window")]
    public void SpanLease1() => Check(_reads.SpanLeases(1), Expected(1));

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseSpan, 2 threads, own windows")]
    public void SpanLease2() => Check(_reads.SpanLeases(2), Expected(2));

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseSpan, 4 threads, own windows")]
    public void SpanLease4() => Check(_reads.SpanLeases(4), Expected(4));

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseSpan, 8 threads, own windows")]
    public void SpanLease8() => Check(_reads.SpanLeases(8), Expected(8));

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseMemory, 1 thread, own window")]
    public void MemoryLease1() => Check(_reads.MemoryLeases(1), Expected(1));

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseMemory, 2 threads, own windows")]
    public void MemoryLease2() => Check(_reads.MemoryLeases(2), Expected(2));

    protected override void Prepare() => _reads = new ThreadedReads(WindowBytes);

    protected override void Clear() => _reads.Dispose();

    /// <summary>The sum over that many threads; it wraps around, as their sums do.</summary>
    private long Expected(int threads)
    {
        long sum = 0;
        for (int thread = 0; thread < threads; thread++) sum += _expected[thread];
        return sum;
    }
}
