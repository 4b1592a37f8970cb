using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>The ways to read short records here and there. Each adds up the records' first and last bytes.</summary>
internal sealed class RandomWays(string path, long length, Func<MapManager> makeManager)
{
    public const int Reads = 200_000;

    private readonly int _record = (int)Math.Min(64, length);

    public List<Way> All() =>
    [
        new("windows, LeaseSpan", true, Leases),
        new("one mapping, pointer", false, OneMapping),
        new("view accessor, ReadArray", false, Accessor),
        new("positional reads", false, Positional),
        new("FileStream, Seek and Read", false, PlainStream),
    ];

    private static int Sum(ReadOnlySpan<byte> record) => record[0] + record[^1];

    private long Leases()
    {
        using MapManager manager = makeManager();
        using MappedFile file = manager.Open(path, new MappedFileOptions { Access = AccessPattern.Random });
        long sum = 0;
        foreach (long offset in Offsets())
        {
            using SpanLease lease = file.LeaseSpan(offset, _record);
            sum += Sum(lease.Span);
        }

        return sum;
    }

    private long OneMapping()
    {
        using var map = new WholeMap(path, length);
        return Offsets().Sum(offset => (long)Sum(map.Span(offset, _record)));
    }

    private long Accessor()
    {
        byte[] record = new byte[_record];
        using var map = new WholeMap(path, length);
        long sum = 0;
        foreach (long offset in Offsets())
        {
            map.View.ReadArray(offset, record, 0, record.Length);
            sum += Sum(record);
        }

        return sum;
    }

    private long Positional()
    {
        byte[] record = new byte[_record];
        using SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
        long sum = 0;
        foreach (long offset in Offsets())
        {
            RandomAccess.Read(handle, record, offset);
            sum += Sum(record);
        }

        return sum;
    }

    private long PlainStream()
    {
        byte[] record = new byte[_record];
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        long sum = 0;
        foreach (long offset in Offsets())
        {
            stream.Position = offset;
            stream.ReadExactly(record);
            sum += Sum(record);
        }

        return sum;
    }

    /// <summary>The same places for every way.</summary>
    private IEnumerable<long> Offsets()
    {
        var random = new Random(1);
        for (int i = 0; i < Reads; i++) yield return random.NextInt64(length - _record + 1);
    }
}
