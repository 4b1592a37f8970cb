using BenchmarkDotNet.Attributes;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Questions;

/// <summary>What does a miss cost (map, touch one page, evict another region) beside a raw view, created and
/// disposed?</summary>
public class Miss : Question
{
    private const int Misses = 64;
    private const int SmallBytes = 64 << 10;
    private const int LargeBytes = 16 << 20;
    private const int OverlapBytes = 4096;
    private const int SmallBudgetRegions = 64;
    private const int LargeBudgetRegions = 8;

    private WindowWalk _small = null!;
    private WindowWalk _large = null!;

    internal override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new(nameof(Miss64KiB), nameof(RawView64KiB), Goal.Time(1.25)),
        new(nameof(Miss16MiB), nameof(RawView16MiB), Goal.Time(1.25)),
    ];

    [BenchmarkCategory("64 KiB")]
    [Benchmark(
        Baseline = true, OperationsPerInvoke = Misses,
        Description = "raw view of 64 KiB, created, touched, disposed")]
    public void RawView64KiB() => Check(_small.RawViews(Misses), Misses);

    [BenchmarkCategory("64 KiB")]
    [Benchmark(OperationsPerInvoke = Misses, Description = "miss on a window of 64 KiB")]
    public void Miss64KiB() => Check(_small.Misses(Misses), Misses);

    [BenchmarkCategory("16 MiB")]
    [Benchmark(
        Baseline = true, OperationsPerInvoke = Misses,
        Description = "raw view of 16 MiB, created, touched, disposed")]
    public void RawView16MiB() => Check(_large.RawViews(Misses), Misses);

    [BenchmarkCategory("16 MiB")]
    [Benchmark(OperationsPerInvoke = Misses, Description = "miss on a window of 16 MiB")]
    public void Miss16MiB() => Check(_large.Misses(Misses), Misses);

    protected override void Prepare()
    {
        _small = new WindowWalk(SmallBytes, OverlapBytes, SmallBudgetRegions, windows: 4 * SmallBudgetRegions, live: 0);
        _large = new WindowWalk(LargeBytes, OverlapBytes, LargeBudgetRegions, windows: 4 * LargeBudgetRegions, live: 0);
    }

    protected override void Clear()
    {
        _small.Dispose();
        _large.Dispose();
    }
}
