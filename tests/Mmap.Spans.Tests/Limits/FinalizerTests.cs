using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Limits;

/// <summary>
/// Everything may be used and disposed in a finalizer, in any order: mapped memory is not collected under a pin. A file
/// and a stream, which have finalizers of their own, may have been closed by then, as the framework's are.
/// </summary>
public class FinalizerTests
{
    private const int Length = 300_000;

    [Theory]
    [InlineData(Backing.Map)]
    [InlineData(Backing.Copy)]
    public void FinalizersMayUseAndDisposeWhatIsLeft(Backing backing)
    {
        using SampleFile sample = SampleFile.OfLength(Length);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = 64 << 10, Overlap = 4096 });
        var outcomes = new ConcurrentQueue<Exception?>();
        Abandon(manager, sample.Path, backing, outcomes);
        Assert.True(Collected.Until(() => !outcomes.IsEmpty), "The finalizer did not run.");
        Assert.True(outcomes.TryDequeue(out Exception? failed));
        Assert.Null(failed);
        AtRest.AssertNothingHeldInTheEnd(manager);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(
        MapManager manager, string path, Backing backing, ConcurrentQueue<Exception?> outcomes) =>
        GC.KeepAlive(new LateUser(manager.Open(path, new MappedFileOptions { Backing = backing }), outcomes));

    /// <summary>Reads through, and ends, one of each kind in its finalizer.</summary>
    private sealed class LateUser
    {
        private readonly MappedFile _file;
        private readonly ConcurrentQueue<Exception?> _outcomes;
        private readonly MemoryLease _lease;
        private readonly SequenceLease _sequence;
        private readonly WindowCursor _cursor;
        private readonly MappedBuffer _buffer;
        private readonly Stream _stream;
        private readonly PipeReader _reader;
        private readonly ReadOnlySequence<byte> _shown;

        public LateUser(MappedFile file, ConcurrentQueue<Exception?> outcomes)
        {
            _file = file;
            _outcomes = outcomes;
            _lease = file.LeaseMemory(100, 1000);
            _sequence = file.LeaseSequence(0, Length);
            _cursor = file.CreateCursor();
            _cursor.MoveTo(70_000);
            _buffer = file.CreateBuffer();
            _ = _buffer[140_000];
            _stream = file.OpenStream(200_000);
            _stream.ReadByte();
            _reader = file.CreatePipeReader();
            _shown = _reader.ReadAsync().AsTask().GetAwaiter().GetResult().Buffer;
        }

        ~LateUser()
        {
            try
            {
                SampleFile.AssertBytes(_lease.Span, 100);
                SampleFile.AssertBytes(_sequence.Sequence.ToArray(), 0);
                SampleFile.AssertBytes(_cursor.Span, 70_000);
                SampleFile.AssertBytes([_buffer[140_001]], 140_001);
                SampleFile.AssertBytes(_shown.ToArray(), 0);
                OrClosed(() => SampleFile.AssertBytes([_buffer[280_000]], 280_000));
                OrClosed(() => SampleFile.AssertBytes([(byte)_stream.ReadByte()], 200_001));
                _reader.AdvanceTo(_shown.End);
                OrClosed(() => Assert.True(_reader.TryRead(out ReadResult result) && !result.Buffer.IsEmpty));
                OrClosed(() =>
                {
                    using SpanLease span = _file.LeaseSpan(200, 10);
                    SampleFile.AssertBytes(span.Span, 200);
                });
                _file.Dispose();
                _lease.Dispose();
                _sequence.Dispose();
                _cursor.Dispose();
                _buffer.Dispose();
                _stream.Dispose();
                _reader.Complete();
                _outcomes.Enqueue(null);
            }
            catch (Exception e)
            {
                _outcomes.Enqueue(e);
            }
        }

        private static void OrClosed(Action use)
        {
            try
            {
                use();
            }
            catch (ObjectDisposedException e)
            {
                Assert.Contains("closed", e.Message);
            }
        }
    }
}
