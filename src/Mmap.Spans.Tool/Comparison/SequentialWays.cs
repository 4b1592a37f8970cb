using System.IO.MemoryMappedFiles;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>The ways to read a file from its start.</summary>
internal sealed class SequentialWays(string path, long length, Func<MapManager> makeManager)
{
    /// <summary>The buffer size of copying ways; a larger buffer does not fit the processor's cache.</summary>
    private const int BufferBytes = 256 << 10;

    /// <summary>The part of a whole-file mapping that is one span at a time.</summary>
    private const long LargestSpan = 1L << 30;

    /// <param name="arrayFits">True if the whole file may be one array.</param>
    public List<Way> All(bool arrayFits)
    {
        List<Way> ways =
        [
            Ours(WayKind.Cursor, "windows, cursor"),
            Ours(WayKind.PipeReader, "windows, pipe reader"),
            new("one mapping, pointer", WayKind.OneMapping, OneMapping<LineFeeds>, OneMapping<Checksum>),
            new("view accessor, ReadArray", WayKind.Accessor, Accessor<LineFeeds>, Accessor<Checksum>),
            new("view stream", WayKind.ViewStream, ViewStream<LineFeeds>, ViewStream<Checksum>),
            new("positional reads", WayKind.Positional, Positional<LineFeeds>, Positional<Checksum>),
            new("FileStream", WayKind.FileStream, PlainStream<LineFeeds>, PlainStream<Checksum>),
        ];
        if (arrayFits) ways.Add(new("File.ReadAllBytes", WayKind.Array, Array<LineFeeds>, Array<Checksum>));
        return ways;
    }

    /// <summary>One of the window ways, under a name of its own.</summary>
    public Way Ours(WayKind kind, string name) => kind == WayKind.Cursor
        ? new Way(name, kind, Windows<LineFeeds>, Windows<Checksum>)
        : new Way(name, kind, WindowsPiped<LineFeeds>, WindowsPiped<Checksum>);

    private long Windows<T>()
        where T : struct, IWork
    {
        long sum = 0;
        using MapManager manager = makeManager();
        using MappedFile file = manager.Open(path, new MappedFileOptions { Access = AccessPattern.Sequential });
        using WindowCursor cursor = file.CreateCursor();
        for (long at = 0; cursor.MoveTo(at, length - at); at = cursor.End) sum = T.Add(sum, cursor.Span);
        return sum;
    }

    private long WindowsPiped<T>()
        where T : struct, IWork
    {
        long sum = 0;
        using MapManager manager = makeManager();
        using MappedFile file = manager.Open(path, new MappedFileOptions { Access = AccessPattern.Sequential });
        PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { Length = length });
        while (reader.TryRead(out ReadResult result))
        {
            foreach (ReadOnlyMemory<byte> part in result.Buffer) sum = T.Add(sum, part.Span);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) break;
        }

        reader.Complete();
        return sum;
    }

    private long OneMapping<T>()
        where T : struct, IWork
    {
        long sum = 0;
        using var map = new WholeMap(path, length);
        for (long at = 0; at < length; at += LargestSpan)
            sum = T.Add(sum, map.Span(at, (int)Math.Min(LargestSpan, length - at)));
        return sum;
    }

    private long Accessor<T>()
        where T : struct, IWork
    {
        long sum = 0;
        byte[] buffer = new byte[BufferBytes];
        using var map = new WholeMap(path, length);
        for (long at = 0; at < length; at += buffer.Length)
        {
            int bytes = map.View.ReadArray(at, buffer, 0, (int)Math.Min(buffer.Length, length - at));
            sum = T.Add(sum, buffer.AsSpan(0, bytes));
        }

        return sum;
    }

    private long Positional<T>()
        where T : struct, IWork
    {
        long sum = 0;
        byte[] buffer = new byte[BufferBytes];
        using SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
        for (long at = 0; at < length;)
        {
            int bytes = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at)), at);
            if (bytes == 0) break;
            sum = T.Add(sum, buffer.AsSpan(0, bytes));
            at += bytes;
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
        where T : struct, IWork => T.Add(0, File.ReadAllBytes(path));

    private long Add<T>(Stream stream)
        where T : struct, IWork
    {
        long sum = 0;
        byte[] buffer = new byte[BufferBytes];
        for (long left = length; left > 0;)
        {
            int bytes = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (bytes == 0) break;
            sum = T.Add(sum, buffer.AsSpan(0, bytes));
            left -= bytes;
        }

        return sum;
    }
}
