using System.Buffers;
using System.IO.Pipelines;
using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Change;

/// <summary>The objects that a user may have open on a file, and through which all of it can be read.</summary>
public enum Kind
{
    /// <summary>A <see cref="SequenceLease"/> of the whole file.</summary>
    Sequence,

    /// <summary>A <see cref="PipeReader"/>.</summary>
    Reader,

    /// <summary>A <see cref="Stream"/>.</summary>
    Stream,

    /// <summary>A <see cref="WindowCursor"/> that is moved to where the last window ended.</summary>
    Cursor,

    /// <summary>A <see cref="MappedBuffer"/>, byte by byte.</summary>
    Buffer,
}

/// <summary>One of these, reading on: each part is checked to be the file's bytes of its place.</summary>
internal abstract class Reading : IDisposable
{
    /// <summary>The number of bytes read, which is the offset in the file of the next one.</summary>
    public long Position { get; private set; }

    public static Reading Of(Kind kind, MappedFile file) => kind switch
    {
        Kind.Sequence => new OfSequence(file),
        Kind.Reader => new OfReader(file),
        Kind.Stream => new OfStream(file),
        Kind.Cursor => new OfCursor(file),
        _ => new OfBuffer(file),
    };

    /// <summary>Reads until the end, an error, or that offset, past which nothing is touched.</summary>
    /// <returns>True if the end was seen.</returns>
    public bool ReadTo(long limit)
    {
        while (Position < limit)
        {
            int read = Next(limit - Position);
            if (read == 0) return true;
            Position += read;
        }

        return false;
    }

    public abstract void Dispose();

    /// <summary>Reads and checks some bytes.</summary>
    /// <returns>The bytes read; 0 at the end.</returns>
    protected abstract int Next(long atMost);

    private int Checked(ReadOnlySpan<byte> bytes, long atMost)
    {
        bytes = bytes[..(int)Math.Min(bytes.Length, atMost)];
        SampleFile.AssertBytes(bytes, Position);
        return bytes.Length;
    }

    private sealed class OfSequence(MappedFile file) : Reading
    {
        private readonly SequenceLease _lease = file.LeaseSequence(0, file.Length);

        protected override int Next(long atMost) => Checked(_lease.Sequence.Slice(Position).FirstSpan, atMost);

        public override void Dispose() => _lease.Dispose();
    }

    private sealed class OfReader(MappedFile file) : Reading
    {
        private readonly PipeReader _reader = file.CreatePipeReader();

        protected override int Next(long atMost)
        {
            ReadOnlySequence<byte> buffer = _reader.ReadAsync().AsTask().GetAwaiter().GetResult().Buffer;
            int read = Checked(buffer.FirstSpan, atMost);
            _reader.AdvanceTo(buffer.GetPosition(read));
            return read;
        }

        public override void Dispose() => _reader.Complete();
    }

    private sealed class OfStream(MappedFile file) : Reading
    {
        private readonly Stream _stream = file.OpenStream();

        protected override int Next(long atMost)
        {
            byte[] part = new byte[Math.Min(1000, atMost)];
            int read;
            try
            {
                read = _stream.Read(part);
            }
            catch (FileChangedException)
            {
                // A read gives all or nothing; the remaining bytes can be read one by one.
                Xunit.Assert.Equal(Position, _stream.Position);
                read = _stream.Read(part.AsSpan(0, 1));
            }

            return Checked(part.AsSpan(0, read), atMost);
        }

        public override void Dispose() => _stream.Dispose();
    }

    private sealed class OfCursor(MappedFile file) : Reading
    {
        private readonly WindowCursor _cursor = file.CreateCursor();

        protected override int Next(long atMost) => _cursor.MoveTo(Position) ? Checked(_cursor.Span, atMost) : 0;

        public override void Dispose() => _cursor.Dispose();
    }

    private sealed class OfBuffer(MappedFile file) : Reading
    {
        private readonly MappedBuffer _buffer = file.CreateBuffer();

        protected override int Next(long atMost) =>
            Position < _buffer.Length ? Checked([_buffer[Position]], atMost) : 0;

        public override void Dispose() => _buffer.Dispose();
    }
}
