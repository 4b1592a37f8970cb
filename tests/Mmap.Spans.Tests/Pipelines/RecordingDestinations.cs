using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Mmap.Spans.Leases;
using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Pipelines;

/// <summary>Notes which parts of a sample file are written at once, and fails if they are not the mapped bytes
/// themselves.</summary>
internal sealed class RecordedParts
{
    private long _at;

    public List<(long Offset, int Length)> Parts { get; } = [];

    public void Add(ReadOnlyMemory<byte> written)
    {
        Assert.True(MemoryMarshal.TryGetMemoryManager(written, out LeasedMemory? _),
            "The bytes were copied on the way.");
        Add(written.Span);
    }

    public void Add(ReadOnlySpan<byte> written)
    {
        SampleFile.AssertBytes(written, _at);
        Parts.Add((_at, written.Length));
        _at += written.Length;
    }
}

/// <summary>A stream that records.</summary>
internal sealed class RecordingStream(RecordedParts parts) : MemoryStream
{
    public override void Write(ReadOnlySpan<byte> buffer) => parts.Add(buffer);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        parts.Add(buffer);
        return default;
    }
}

/// <summary>A pipe writer that records.</summary>
internal sealed class RecordingWriter(RecordedParts parts) : PipeWriter
{
    public override ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        parts.Add(source);
        return default;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;

    public override void Advance(int bytes) => throw new NotSupportedException();

    public override Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

    public override Span<byte> GetSpan(int sizeHint = 0) => throw new NotSupportedException();

    public override void CancelPendingFlush() => throw new NotSupportedException();

    public override void Complete(Exception? exception = null) => throw new NotSupportedException();
}
