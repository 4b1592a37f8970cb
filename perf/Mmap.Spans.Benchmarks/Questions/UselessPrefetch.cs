using BenchmarkDotNet.Attributes;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;
using Mmap.Spans.Files;

namespace Mmap.Spans.Benchmarks.Questions;

/// <summary>What does a prefetch cost when the bytes are in memory already, beside the lease that it was meant to
/// help?</summary>
/// <remarks>
/// A batch is planned on the caller's thread and read ahead on another; the two parts are measured apart, on this one.
/// </remarks>
public class UselessPrefetch : Question
{
    private const int Ranges = 1000;
    private const int RangeBytes = 4096;
    private const long FileBytes = 256 << 20;

    private readonly FileRange[] _ranges = new FileRange[Ranges];
    private List<FileRange> _plan = null!;
    private MapManager _manager = null!;
    private MappedFile _file = null!;

    internal override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new(nameof(OneByOne), nameof(Lease), Goal.None),
        new(nameof(PlanBatch), nameof(Lease), Goal.None),
        new(nameof(ReadBatch), nameof(Lease), Goal.None),
    ];

    [Benchmark(Description = "a lease of 4 KiB in memory, read, ended", OperationsPerInvoke = Ranges)]
    public void Lease()
    {
        long right = 0;
        foreach (FileRange range in _ranges)
        {
            using SpanLease lease = _file.LeaseSpan(range.Offset, RangeBytes);
            right += lease.Span.Length;
        }

        Check(right, Ranges * (long)RangeBytes);
    }

    [Benchmark(Description = "Prefetch of one range in memory", OperationsPerInvoke = Ranges)]
    public void OneByOne()
    {
        foreach (FileRange range in _ranges) _file.Prefetch(range.Offset, range.Length);
        Check(_manager.GetStatistics().HintsRefused, 0);
    }

    [Benchmark(Description = "one of 1,000 ranges in a Prefetch, the caller's part", OperationsPerInvoke = Ranges)]
    public void PlanBatch() => Check(Prefetcher.Plan(_ranges, FileBytes, long.MaxValue).Count, _plan.Count);

    [Benchmark(Description = "one of 1,000 ranges in a Prefetch, the background's part", OperationsPerInvoke = Ranges)]
    public void ReadBatch()
    {
        Prefetcher.ReadAhead(_file.Directory, _plan);
        Check(_manager.GetStatistics().HintsRefused, 0);
    }

    protected override void Prepare()
    {
        _manager = new MapManager();
        _file = _manager.Open(DataFile.OfWords(FileBytes));
        for (int i = 0; i < Ranges; i++)
            _ranges[i] =
                new FileRange((long)((ulong)DataFile.Word(i) % (FileBytes / RangeBytes)) * RangeBytes, RangeBytes);
        _plan = Prefetcher.Plan(_ranges, FileBytes, long.MaxValue);
    }

    protected override void Clear()
    {
        _file.Dispose();
        _manager.Dispose();
    }
}
