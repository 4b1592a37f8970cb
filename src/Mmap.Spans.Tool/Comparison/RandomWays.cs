using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>The ways to read short random records; every way reads the same places.</summary>
internal sealed class RandomWays(string path, long length, Func<MapManager> makeManager)
{
    public const int Reads = 200_000;

    private const int LargestRecord = 64;

    private readonly int _record = (int)Math.Min(LargestRecord, length);

    public int RecordBytes => _record;

    /// <param name="arrayFits">True if the whole file may be one array.</param>
    public List<Way> All(bool arrayFits)
    {
        List<Way> ways =
        [
            Ours(WayKind.Leases, "windows, LeaseSpan"),
            Ours(WayKind.Cursor, "windows, cursor"),
            new("one mapping, pointer", WayKind.OneMapping, OneMapping<FirstAndLast>, OneMapping<Checksum>),
            new("view accessor, ReadArray", WayKind.Accessor, Accessor<FirstAndLast>, Accessor<Checksum>),
            new("view stream, seek", WayKind.ViewStream, ViewStream<FirstAndLast>, ViewStream<Checksum>),
            new("positional reads", WayKind.Positional, Positional<FirstAndLast>, Positional<Checksum>),
            new("FileStream, seek", WayKind.FileStream, PlainStream<FirstAndLast>, PlainStream<Checksum>),
        ];
        if (arrayFits) ways.Add(new("File.ReadAllBytes", WayKind.Array, Array<FirstAndLast>, Array<Checksum>));
        return ways;
    }

    /// <summary>One of the window ways, under a name of its own.</summary>
    public Way Ours(WayKind kind, string name) => kind == WayKind.Cursor
        ? new Way(name, kind, Cursor<FirstAndLast>, Cursor<Checksum>)
        : new Way(name, kind, Leases<FirstAndLast>, Leases<Checksum>);

    private long Leases<T>()
        where T : struct, IWork
    {
        using MapManager manager = makeManager();
        using MappedFile file = manager.Open(path, new MappedFileOptions { Access = AccessPattern.Random });
        long sum = 0;
        foreach (long offset in Offsets())
        {
            using SpanLease lease = file.LeaseSpan(offset, _record);
            sum = T.Add(sum, lease.Span);
        }

        return sum;
    }

    private long Cursor<T>()
        where T : struct, IWork
    {
        using MapManager manager = makeManager();
        using MappedFile file = manager.Open(path, new MappedFileOptions { Access = AccessPattern.Random });
        using WindowCursor cursor = file.CreateCursor();
        long sum = 0;
        foreach (long offset in Offsets())
        {
            // The windows overlap by more than a record, so that no record is cut.
            cursor.MoveTo(offset, _record);
            sum = T.Add(sum, cursor.Span);
        }

        return sum;
    }

    private long OneMapping<T>()
        where T : struct, IWork
    {
        using var map = new WholeMap(path, length);
        long sum = 0;
        foreach (long offset in Offsets()) sum = T.Add(sum, map.Span(offset, _record));
        return sum;
    }

    private long Accessor<T>()
        where T : struct, IWork
    {
        byte[] record = new byte[_record];
        using var map = new WholeMap(path, length);
        long sum = 0;
        foreach (long offset in Offsets())
        {
            map.View.ReadArray(offset, record, 0, record.Length);
            sum = T.Add(sum, record);
        }

        return sum;
    }

    private long Positional<T>()
        where T : struct, IWork
    {
        byte[] record = new byte[_record];
        using SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
        long sum = 0;
        foreach (long offset in Offsets())
        {
            RandomAccess.Read(handle, record, offset);
            sum = T.Add(sum, record);
        }

        return sum;
    }

    private long ViewStream<T>()
        where T : struct, IWork
    {
        using MemoryMappedFile map = WholeMap.Open(path);
        using MemoryMappedViewStream stream = map.CreateViewStream(0, length, MemoryMappedFileAccess.Read);
        return Add<T>(stream);
    }

    private long PlainStream<T>()
        where T : struct, IWork
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        return Add<T>(stream);
    }

    private long Array<T>()
        where T : struct, IWork
    {
        byte[] file = File.ReadAllBytes(path);
        long sum = 0;
        foreach (long offset in Offsets()) sum = T.Add(sum, file.AsSpan((int)offset, _record));
        return sum;
    }

    private long Add<T>(Stream stream)
        where T : struct, IWork
    {
        byte[] record = new byte[_record];
        long sum = 0;
        foreach (long offset in Offsets())
        {
            stream.Position = offset;
            stream.ReadExactly(record);
            sum = T.Add(sum, record);
        }

        return sum;
    }

    private IEnumerable<long> Offsets()
    {
        var random = new Random(1);
        for (int i = 0; i < Reads; i++) yield return random.NextInt64(length - _record + 1);
    }
}
