using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Questions;

/// <summary>What does a memory lease of eight bytes cost, in time and bytes, when their window is in memory?</summary>
public class MemoryLeaseHit : Question
{
    private const long FileBytes = 64 << 20;

    private readonly long _expected = Scattered.Sum();
    private MapManager _manager = null!;
    private MappedFile _file = null!;
    private RawView _raw = null!;

    internal override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new(nameof(MemoryLease), nameof(PointerPair), Goal.TimeAndBytes(2, 96)),
        new(nameof(SequenceLease), nameof(PointerPair), Goal.None),
    ];

    [Benchmark(
        Baseline = true, OperationsPerInvoke = Scattered.Reads, Description = "AcquirePointer, read, ReleasePointer")]
    public void PointerPair() => Check(EightByteReads.PointerPairs(_raw.Handle), _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseMemory, read, Dispose")]
    public void MemoryLease() => Check(EightByteReads.MemoryLeases(_file), _expected);

    [Benchmark(OperationsPerInvoke = Scattered.Reads, Description = "LeaseSequence, read, Dispose")]
    public void SequenceLease()
    {
        MappedFile file = _file;
        long sum = 0;
        for (int read = 0; read < Scattered.Reads; read++)
        {
            using SequenceLease lease = file.LeaseSequence(Scattered.OffsetOf(read), sizeof(long));
            sum += MemoryMarshal.Read<long>(lease.Sequence.FirstSpan);
        }

        Check(sum, _expected);
    }

    protected override void Prepare()
    {
        string path = DataFile.OfWords(FileBytes);
        _manager = new MapManager();
        _file = _manager.Open(path);
        _raw = new RawView(path);
    }

    protected override void Clear()
    {
        _raw.Dispose();
        _file.Dispose();
        _manager.Dispose();
    }
}
