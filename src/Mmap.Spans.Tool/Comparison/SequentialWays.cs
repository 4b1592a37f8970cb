using System.IO.MemoryMappedFiles;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace Mmap.Spans.Tool.Comparison;

/// <summary>The ways to read a file from its start on. Each counts the line feeds.</summary>
internal sealed class SequentialWays(string path, long length, Func<MapManager> makeManager)
{
    /// <summary>What is copied at a time where a way copies; larger ones leave the processor's cache.</summary>
    private const int BufferBytes = 256 << 10;

    /// <summary>The largest file that is worth an array.</summary>
    private const long LargestArray = 1L << 30;

    public List<Way> All(long fileLength)
    {
        List<Way> ways =
        [
            new("windows, cursor", true, Windows),
            new("windows, pipe reader", true, WindowsPiped),
            new("one mapping, pointer", false, OneMapping),
            new("view accessor, ReadArray", false, Accessor),
            new("view stream", false, ViewStream),
            new("positional reads", false, Positional),
            new("FileStream", false, PlainStream),
        ];
        if (fileLength == length && length <= LargestArray)
            ways.Add(new Way("File.ReadAllBytes", false, () => Count(File.ReadAllBytes(path))));
        return ways;
    }

    private static long Count(ReadOnlySpan<byte> bytes) => bytes.Count((byte)'\n');

    private long Windows()
    {
        long lines = 0;
        using MapManager manager = makeManager();
        using MappedFile file = manager.Open(path, new MappedFileOptions { Access = AccessPattern.Sequential });
        using WindowCursor cursor = file.CreateCursor();
        for (long at = 0; cursor.MoveTo(at, length - at); at = cursor.End) lines += Count(cursor.Span);
        return lines;
    }

    private long WindowsPiped()
    {
        long lines = 0;
        using MapManager manager = makeManager();
        using MappedFile file = manager.Open(path, new MappedFileOptions { Access = AccessPattern.Sequential });
        PipeReader reader = file.CreatePipeReader(new MappedPipeReaderOptions { Length = length });
        while (reader.TryRead(out ReadResult result))
        {
            foreach (ReadOnlyMemory<byte> part in result.Buffer) lines += Count(part.Span);
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted) break;
        }

        reader.Complete();
        return lines;
    }

    private long OneMapping()
    {
        long lines = 0;
        using var map = new WholeMap(path, length);
        for (long at = 0; at < length; at += LargestArray) lines += Count(map.Span(at, (int)Math.Min(LargestArray, length - at)));
        return lines;
    }

    private long Accessor()
    {
        long lines = 0;
        byte[] buffer = new byte[BufferBytes];
        using var map = new WholeMap(path, length);
        for (long at = 0; at < length; at += buffer.Length)
        {
            int bytes = map.View.ReadArray(at, buffer, 0, (int)Math.Min(buffer.Length, length - at));
            lines += Count(buffer.AsSpan(0, bytes));
        }

        return lines;
    }

    private long Positional()
    {
        long lines = 0;
        byte[] buffer = new byte[BufferBytes];
        using SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
        for (long at = 0; at < length; at += buffer.Length)
        {
            int bytes = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at)), at);
            lines += Count(buffer.AsSpan(0, bytes));
        }

        return lines;
    }

    private long ViewStream()
    {
        using MemoryMappedFile map = MemoryMappedFile.CreateFromFile(File.OpenHandle(path), null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        using MemoryMappedViewStream stream = map.CreateViewStream(0, length, MemoryMappedFileAccess.Read);
        return CountIn(stream);
    }

    private long PlainStream()
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
        return CountIn(stream);
    }

    private long CountIn(Stream stream)
    {
        long lines = 0;
        byte[] buffer = new byte[BufferBytes];
        for (long left = length; left > 0;)
        {
            int bytes = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (bytes == 0) break;
            lines += Count(buffer.AsSpan(0, bytes));
            left -= bytes;
        }

        return lines;
    }
}
