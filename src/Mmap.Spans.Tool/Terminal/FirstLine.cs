using System.Text;

namespace Mmap.Spans.Tool.Terminal;

/// <summary>A stream that discards its input, but keeps its length and its first line.</summary>
internal sealed class FirstLine : Stream
{
    private const int Longest = 200;

    private readonly List<byte> _line = [];
    private bool _ended;

    /// <summary>The number of bytes written.</summary>
    public long Bytes { get; private set; }

    /// <summary>The first line, cut to a presentable length.</summary>
    public string Text => Encoding.UTF8.GetString([.. _line]);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => Bytes;

    public override long Position
    {
        get => Bytes;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Bytes += buffer.Length;
        if (_ended) return;
        int end = buffer.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? buffer : buffer[..end];
        line = line[..Math.Min(line.Length, Longest - _line.Count)];
        foreach (byte one in line) _line.Add(one);
        _ended = end >= 0 || _line.Count == Longest;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is buffered.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
