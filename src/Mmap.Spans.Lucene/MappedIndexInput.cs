using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Lucene.Net.Store;

namespace Mmap.Spans.Lucene;

/// <summary>
/// An input over a file or a slice: a position, and a small buffer that is filled through the windows. For one thread
/// at a time, but any thread may dispose it.
/// </summary>
/// <remarks>Holds no lease between two calls. Lucene makes a clone for each term of each query and disposes none, so a
/// pin held by a clone would never be released.</remarks>
internal sealed class MappedIndexInput : IndexInput
{
    /// <summary>The bit of a group that is not the last one of its number.</summary>
    private const int MoreFollow = 0x80;

    private readonly long _start;
    private readonly long _length;
    private readonly int _step;

    /// <summary>True if disposing this input closes the file; false for a clone or a slice.</summary>
    private bool _isOwner;

    /// <summary>The file, or <see cref="IndexFile.Closed"/> after this input is disposed.</summary>
    private IndexFile _file;

    /// <summary>The bytes copied last; allocated by the first read that needs it.</summary>
    private byte[] _buffer = [];

    /// <summary>The position in this input of the buffer's index 0.</summary>
    private long _bufferAt;

    /// <summary>
    /// The indexes in the buffer of the first valid byte and of the next byte to read. The last valid byte is the
    /// buffer's last, so that a read compares once.
    /// </summary>
    private int _first, _next;

    /// <param name="description">The name in messages.</param>
    /// <param name="file">The open file.</param>
    /// <param name="start">The offset of this input in the file.</param>
    /// <param name="length">The length of this input.</param>
    /// <param name="step">The number of bytes to copy at a time.</param>
    /// <param name="isOwner">True if disposing this input closes the file.</param>
    public MappedIndexInput(string description, IndexFile file, long start, long length, int step, bool isOwner)
        : base(description)
    {
        _file = file;
        _start = start;
        _length = length;
        _step = step;
        _isOwner = isOwner;
    }

    public override long Length => _length;

    public override long Position => _bufferAt + _next;

    public override void Seek(long pos)
    {
        ThrowIfClosed();
        ArgumentOutOfRangeException.ThrowIfNegative(pos);
        long at = pos - _bufferAt;
        if (at >= _first && at <= _buffer.Length)
            _next = (int)at;
        else
            Empty(pos);
    }

    public override byte ReadByte()
    {
        int next = _next;
        byte[] buffer = _buffer;
        if ((uint)next >= (uint)buffer.Length || _file.IsClosed) return ReadFirstByte();
        _next = next + 1;
        return buffer[next];
    }

    public override void ReadBytes(byte[] b, int offset, int len)
    {
        Span<byte> destination = b.AsSpan(offset, len);
        if (IsBuffered(len))
            TakeBuffered(destination);
        else
            ReadBeyondBuffer(destination);
    }

    public override short ReadInt16()
    {
        if (!IsBuffered(sizeof(short))) return base.ReadInt16();
        short value = BinaryPrimitives.ReadInt16BigEndian(_buffer.AsSpan(_next));
        _next += sizeof(short);
        return value;
    }

    public override int ReadInt32()
    {
        if (!IsBuffered(sizeof(int))) return base.ReadInt32();
        int value = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_next));
        _next += sizeof(int);
        return value;
    }

    public override long ReadInt64()
    {
        if (!IsBuffered(sizeof(long))) return base.ReadInt64();
        long value = BinaryPrimitives.ReadInt64BigEndian(_buffer.AsSpan(_next));
        _next += sizeof(long);
        return value;
    }

    public override int ReadVInt32()
    {
        if (TryReadSmallVInt(out int value) || TryReadShortVInt(out value)) return value;
        return base.ReadVInt32();
    }

    public override long ReadVInt64()
    {
        if (TryReadSmallVInt(out int value) || TryReadShortVInt(out value)) return value;
        return base.ReadVInt64();
    }

    public override void SkipBytes(long numBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numBytes);
        long position = Position;
        if (numBytes > _length - position) throw PastTheEnd(position, numBytes);
        Seek(position + numBytes);
    }

    public override object Clone()
    {
        ThrowIfClosed();
        var clone = (MappedIndexInput)base.Clone();
        clone._isOwner = false;
        clone._buffer = [];
        clone.Empty(Position);
        return clone;
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        if (_isOwner) _file.Close();
        _file = IndexFile.Closed;
    }

    /// <summary>True if the buffer has that many bytes.</summary>
    private bool IsBuffered(int length) => length <= _buffer.Length - _next && !_file.IsClosed;

    private byte ReadFirstByte()
    {
        Fill();
        return _buffer[_next++];
    }

    private void TakeBuffered(Span<byte> destination)
    {
        _buffer.AsSpan(_next, destination.Length).CopyTo(destination);
        _next += destination.Length;
    }

    /// <summary>Reads a number of one group, below 128, as most are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadSmallVInt(out int value)
    {
        int next = _next;
        byte[] buffer = _buffer;
        value = 0;
        if ((uint)next >= (uint)buffer.Length || _file.IsClosed) return false;
        value = buffer[next];
        if (value >= MoreFollow) return false;
        _next = next + 1;
        return true;
    }

    /// <summary>
    /// Reads a number of at most four groups of seven bits, low groups first: nearly every number of an index. False
    /// for longer numbers, numbers at the buffer's end and malformed ones; the base class reads those.
    /// </summary>
    private bool TryReadShortVInt(out int value)
    {
        const int MostGroups = 4, GroupBits = 7;
        value = 0;
        if (!IsBuffered(MostGroups)) return false;

        ReadOnlySpan<byte> groups = _buffer.AsSpan(_next, MostGroups);
        for (int group = 0; group < groups.Length; group++)
        {
            int bits = groups[group];
            value |= (bits & ~MoreFollow) << (group * GroupBits);
            if (bits >= MoreFollow) continue;
            _next += group + 1;
            return true;
        }

        return false;
    }

    /// <summary>Reads from the buffer, then the rest: a short rest through the buffer, a long one directly.</summary>
    private void ReadBeyondBuffer(Span<byte> destination)
    {
        ThrowIfClosed();
        long position = Position;
        if (destination.Length > _length - position) throw PastTheEnd(position, destination.Length);

        int buffered = _buffer.Length - _next;
        TakeBuffered(destination[..buffered]);
        destination = destination[buffered..];
        if (destination.Length < _step)
        {
            Fill();
            TakeBuffered(destination);
        }
        else
        {
            position += buffered;
            _file.Copy(_start + position, destination);
            Empty(position + destination.Length);
        }
    }

    /// <summary>Fills the buffer from the position. A failed read changes nothing but the position.</summary>
    private void Fill()
    {
        ThrowIfClosed();
        long position = Position;
        if (position >= _length) throw PastTheEnd(position, 1);
        int length = (int)Math.Min(_step, _length - position);
        if (_buffer.Length == 0) _buffer = new byte[Math.Min(_step, _length)];

        Empty(position);
        int first = _buffer.Length - length;
        _file.Copy(_start + position, _buffer.AsSpan(first));
        _first = _next = first;
        _bufferAt = position - first;
    }

    private void Empty(long position)
    {
        _first = _next = _buffer.Length;
        _bufferAt = position - _next;
    }

    private void ThrowIfClosed()
    {
        if (!_file.IsClosed) return;
        string message = $"The input is closed, or the one that it was cloned from: {this}";
        throw new ObjectDisposedException(nameof(MappedIndexInput), message);
    }

    private EndOfStreamException PastTheEnd(long position, long length) =>
        new($"A read of {Amount.Bytes(length)} from position {position} is past the end, at {_length}: {this}");
}
