using BenchmarkDotNet.Attributes;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Questions;

/// <summary>What does it cost to open a file, look at all its pages and close it, beside reading it into an
/// array?</summary>
public class OpenLeaseClose : Question
{
    private const int Small = 4 << 10;
    private const int Middle = 64 << 10;
    private const int Large = 1 << 20;
    private const int SmallFiles = 64;
    private const int LargeFiles = 16;

    private readonly MapManager _manager = new();

    internal override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new(nameof(Lease4KiB), nameof(ReadAll4KiB), Goal.Time(1.5)),
        new(nameof(Lease64KiB), nameof(ReadAll64KiB), Goal.None),
        new(nameof(Lease1MiB), nameof(ReadAll1MiB), Goal.None),
    ];

    [BenchmarkCategory("4 KiB")]
    [Benchmark(Baseline = true, OperationsPerInvoke = SmallFiles, Description = "File.ReadAllBytes, 4 KiB")]
    public void ReadAll4KiB() => ReadAll(Small, SmallFiles);

    [BenchmarkCategory("4 KiB")]
    [Benchmark(OperationsPerInvoke = SmallFiles, Description = "open, lease, close a file of 4 KiB")]
    public void Lease4KiB() => Lease(Small, SmallFiles);

    [BenchmarkCategory("64 KiB")]
    [Benchmark(Baseline = true, OperationsPerInvoke = SmallFiles, Description = "File.ReadAllBytes, 64 KiB")]
    public void ReadAll64KiB() => ReadAll(Middle, SmallFiles);

    [BenchmarkCategory("64 KiB")]
    [Benchmark(OperationsPerInvoke = SmallFiles, Description = "open, lease, close a file of 64 KiB")]
    public void Lease64KiB() => Lease(Middle, SmallFiles);

    [BenchmarkCategory("1 MiB")]
    [Benchmark(Baseline = true, OperationsPerInvoke = LargeFiles, Description = "File.ReadAllBytes, 1 MiB")]
    public void ReadAll1MiB() => ReadAll(Large, LargeFiles);

    [BenchmarkCategory("1 MiB")]
    [Benchmark(OperationsPerInvoke = LargeFiles, Description = "open, lease, close a file of 1 MiB")]
    public void Lease1MiB() => Lease(Large, LargeFiles);

    protected override void Prepare()
    {
        foreach (int length in (int[])[Small, Middle, Large]) DataFile.OfWords(length);
    }

    protected override void Clear() => _manager.Dispose();

    private static void ReadAll(int length, int files)
    {
        string path = DataFile.OfWords(length);
        long sum = 0;
        for (int file = 0; file < files; file++) sum += Sample(File.ReadAllBytes(path));
        Check(sum, files * Expected(length));
    }

    private void Lease(int length, int files)
    {
        string path = DataFile.OfWords(length);
        long sum = 0;
        for (int turn = 0; turn < files; turn++)
        {
            using MappedFile file = _manager.Open(path);
            using SpanLease lease = file.LeaseSpan(0, length);
            sum += Sample(lease.Span);
        }

        Check(sum, files * Expected(length));
    }

    /// <summary>One byte of each page, so that a mapping is really used.</summary>
    private static long Sample(ReadOnlySpan<byte> bytes)
    {
        const int PageBytes = 4096;
        long sum = 0;
        for (int at = 0; at < bytes.Length; at += PageBytes) sum += bytes[at];
        return sum;
    }

    private static long Expected(int length)
    {
        const int PageBytes = 4096;
        long sum = 0;
        for (int at = 0; at < length; at += PageBytes) sum += (byte)DataFile.Word(at / sizeof(long));
        return sum;
    }
}
