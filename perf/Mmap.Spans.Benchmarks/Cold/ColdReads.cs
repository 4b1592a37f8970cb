using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Benchmarks.Data;
using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Cold;

/// <summary>Ten thousand pages here and there in a file that is only on the disk, in an order that is known
/// beforehand.</summary>
internal sealed class ColdReads : ColdQuestion
{
    private const int Reads = 10_000;
    private const int PageBytes = 4096;

    private readonly FileRange[] _ranges = new FileRange[Reads];
    private readonly long _sum;

    public ColdReads(long bytes)
    {
        Path = DataFile.OfWords(bytes);
        var random = new Random(7);
        for (int i = 0; i < Reads; i++)
        {
            _ranges[i] = new FileRange(random.NextInt64(bytes / PageBytes) * PageBytes, PageBytes);
            for (int at = 0; at < PageBytes; at += sizeof(long))
                _sum += DataFile.Word((_ranges[i].Offset + at) / sizeof(long));
        }
    }

    public override string Path { get; }

    public override IReadOnlyList<Comparison> Comparisons { get; } =
    [
        new("prefetch", "positional", Goal.Throughput(2)),
        new("prefetch, normal", "positional", Goal.None),
        new("leases", "positional", Goal.None),
        new("leases, normal", "positional", Goal.None),
    ];

    public override IReadOnlyList<Contestant> Ways =>
    [
        new("positional", "RandomAccess.Read one by one, RandomAccess", Reads, Positional),
        new("prefetch", "one Prefetch, then leases, Random", Reads, () => Leases(AccessPattern.Random, prefetch: true)),
        new("prefetch, normal", "one Prefetch, then leases, Normal", Reads, () =>
            Leases(AccessPattern.Normal, prefetch: true)),
        new("leases", "leases alone, Random", Reads, () => Leases(AccessPattern.Random, prefetch: false)),
        new("leases, normal", "leases alone, Normal", Reads, () => Leases(AccessPattern.Normal, prefetch: false)),
    ];

    private void Positional()
    {
        using SafeFileHandle handle =
            File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
        byte[] buffer = new byte[PageBytes];
        long sum = 0;
        foreach (FileRange range in _ranges)
        {
            RandomAccess.Read(handle, buffer, range.Offset);
            sum += Sum(buffer);
        }

        Check(sum, _sum);
    }

    private void Leases(AccessPattern access, bool prefetch)
    {
        using var manager = new MapManager();
        using MappedFile file = manager.Open(Path, new MappedFileOptions { Access = access });
        if (prefetch) file.Prefetch(_ranges);
        long sum = 0;
        foreach (FileRange range in _ranges)
        {
            using SpanLease lease = file.LeaseSpan(range.Offset, PageBytes);
            sum += Sum(lease.Span);
        }

        Check(sum, _sum);
    }

    private static long Sum(ReadOnlySpan<byte> page)
    {
        long sum = 0;
        foreach (long word in MemoryMarshal.Cast<byte, long>(page)) sum += word;
        return sum;
    }
}
