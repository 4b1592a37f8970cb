using BenchmarkDotNet.Attributes;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Questions;

/// <summary>Does a miss cost more with 16,000 regions in the table than with 16?</summary>
/// <remarks>
/// The system's calls cost more as well when the process has more mappings, so raw views are put beside: as many of
/// them alive, one created and the oldest disposed. The goal is for the growth of ours divided by the growth of theirs.
/// </remarks>
public class MissInFullTable : Question
{
    private const int Misses = 64;
    private const int WindowBytes = 64 << 10;
    private const int OverlapBytes = 4096;
    private const int Few = 16;
    private const int Many = 16_000;

    private WindowWalk _few = null!;
    private WindowWalk _many = null!;

    internal override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new(nameof(MissOfMany), nameof(MissOfFew),
            Goal.Time(1.3)) { Beyond = (nameof(RawViewOfMany), nameof(RawViewOfFew)) },
        new(nameof(MissOfMany), nameof(MissOfFew), Goal.None),
        new(nameof(RawViewOfMany), nameof(RawViewOfFew), Goal.None),
        new(nameof(MissOfMany), nameof(RawViewOfMany), Goal.None),
    ];

    [Benchmark(Baseline = true, OperationsPerInvoke = Misses, Description = "miss with 16 regions")]
    public void MissOfFew() => Check(_few.Misses(Misses), Misses);

    [Benchmark(OperationsPerInvoke = Misses, Description = "miss with 16,000 regions")]
    public void MissOfMany() => Check(_many.Misses(Misses), Misses);

    [Benchmark(OperationsPerInvoke = Misses, Description = "raw view, 16 alive")]
    public void RawViewOfFew() => Check(_few.RawViews(Misses), Misses);

    [Benchmark(OperationsPerInvoke = Misses, Description = "raw view, 16,000 alive")]
    public void RawViewOfMany() => Check(_many.RawViews(Misses), Misses);

    protected override void Prepare()
    {
        _few = new WindowWalk(WindowBytes, OverlapBytes, Few, windows: 4 * Few, live: Few);
        _many = new WindowWalk(WindowBytes, OverlapBytes, Many, windows: 4 * Many, live: Many);

        // Until the table is full a miss evicts nothing, and the first touch of a page brings it from the disk.
        _many.Misses(4 * Many);
        _many.RawViews(4 * Many);
    }

    protected override void Clear()
    {
        _few.Dispose();
        _many.Dispose();
    }
}
