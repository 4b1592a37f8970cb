using BenchmarkDotNet.Attributes;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Questions;

// The same scan through the pipe reader of a mapped file.
public partial class WarmScan
{
    [Benchmark(Description = "scan: our PipeReader, 16 MiB windows")]
    public void PipeReader16MiB() => WithPipeReader(_largeInTurn);

    [Benchmark(Description = "scan: our PipeReader, 1 MiB windows")]
    public void PipeReader1MiB() => WithPipeReader(_smallInTurn);

    [Benchmark(Description = "scan: our PipeReader, 16 MiB windows, kept")]
    public void PipeReader16MiBKept() => WithPipeReader(_large);

    [Benchmark(Description = "scan: our PipeReader, 1 MiB windows, kept")]
    public void PipeReader1MiBKept() => WithPipeReader(_small);

    static partial void AddPipeReaders(List<Comparison> comparisons) => comparisons.AddRange(
    [
        new(nameof(PipeReader16MiB), nameof(RawPointer), Goal.Throughput(0.97)),
        new(nameof(PipeReader1MiB), nameof(RawPointer), Goal.Throughput(0.9)),
        new(nameof(PipeReader16MiBKept), nameof(RawPointerKept), Goal.Throughput(0.97)),
        new(nameof(PipeReader1MiBKept), nameof(RawPointerKept), Goal.Throughput(0.9)),
        new(nameof(PipeReader16MiB), nameof(StreamPipeReader), Goal.Throughput(1.25)),
        new(nameof(PipeReader16MiB), nameof(PositionalReads), Goal.Throughput(1.25)),
    ]);

    private void WithPipeReader(MapManager manager)
    {
        using MappedFile file = manager.Open(_path);
        Check(CountAsync(file.CreatePipeReader()).GetAwaiter().GetResult(), _expected);
    }
}
