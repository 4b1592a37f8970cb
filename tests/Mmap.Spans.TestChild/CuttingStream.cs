namespace Mmap.Spans.TestChild;

/// <summary>
/// A destination in a file that cuts the source before each write of its own, as another program may.
/// </summary>
internal sealed class CuttingStream(GuardedFile source, long length) : Stream
{
    private readonly FileStream _output =
        new(source.Name + ".copy", FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _output.Length;

    public override long Position
    {
        get => _output.Position;
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        source.CutTo(length);
        _output.Write(buffer);
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        source.CutTo(length);
        await _output.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush() => _output.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _output.Dispose();
        base.Dispose(disposing);
    }
}
