using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>A way to read from a stream into a part of an array.</summary>
/// <param name="Name">The name of the way.</param>
/// <param name="Read">Reads: stream, array, offset, count.</param>
public sealed record StreamWay(string Name, Func<Stream, byte[], int, int, Task<int>> Read)
{
    /// <summary>Single bytes.</summary>
    public static StreamWay Bytes { get; } = new("ReadByte", (stream, bytes, offset, count) =>
    {
        int read = 0;
        for (; read < count && stream.ReadByte() is >= 0 and int value; read++) bytes[offset + read] = (byte)value;
        return Task.FromResult(read);
    });

    /// <summary>Those that take an array, an offset and a count, and so check them.</summary>
    public static StreamWay[] OfArrays { get; } =
    [
        new("Read(array)", (stream, bytes, offset, count) => Task.FromResult(stream.Read(bytes, offset, count))),
        new("ReadAsync(array)", (stream, bytes, offset, count) =>
            stream.ReadAsync(bytes, offset, count, TestContext.Current.CancellationToken)),
        new("BeginRead", (stream, bytes, offset, count) =>
            Task.FromResult(stream.EndRead(stream.BeginRead(bytes, offset, count, null, null)))),
    ];

    /// <summary>All that ask for some bytes at a time.</summary>
    public static StreamWay[] OfBlocks { get; } =
    [
        .. OfArrays,
        new("Read(span)", (stream, bytes, offset, count) => Task.FromResult(stream.Read(bytes.AsSpan(offset, count)))),
        new("ReadAsync(memory)", (stream, bytes, offset, count) =>
            stream.ReadAsync(bytes.AsMemory(offset, count), TestContext.Current.CancellationToken).AsTask()),
        new("ReadAtLeast", (stream, bytes, offset, count) =>
            Task.FromResult(stream.ReadAtLeast(bytes.AsSpan(offset, count), count, throwOnEndOfStream: false))),
    ];

    /// <summary>All of them.</summary>
    public static StreamWay[] All { get; } = [.. OfBlocks, Bytes];
}
