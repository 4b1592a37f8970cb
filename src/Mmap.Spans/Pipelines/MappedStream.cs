using System.Diagnostics;
using System.Globalization;
using Mmap.Spans.Files;
using Mmap.Spans.Leases;

namespace Mmap.Spans.Pipelines;

/// <summary>
/// A range of a file as a read-only stream that copies out of mapped windows. Belongs to one thread at a time. It holds
/// one region, that of the last read, until it is disposed.
/// </summary>
/// <remarks>Every asynchronous member completes at once, except copying to a destination that does not.</remarks>
[DebuggerDisplay("at {_position} of {_length}, {_misses.Windows.Name,nq}")]
internal sealed class MappedStream : Stream
{
    private readonly Misses _misses;

    /// <summary>The stream's own use of the file, from its making to its end.</summary>
    private readonly IDisposable _use;

    /// <summary>Where the stream was made, if that is remembered.</summary>
    private readonly ILeaseRecord? _record;
    private readonly long _start;
    private readonly long _length;
    private long _position;
    private bool _disposed;

    /// <summary>What the stream holds. No copy is made of it.</summary>
    private MovingWindow _window;

    /// <summary>What of the stream is in that window; nothing when there is none.</summary>
    private ShownWindow _shown;

    /// <summary>The task of the last read; most reads of a loop give the same count, and so the same task.</summary>
    private Task<int>? _lastRead;

    /// <param name="misses">The file.</param>
    /// <param name="range">What is read of it; inside the file.</param>
    /// <param name="use">What keeps the file open; the stream disposes it.</param>
    public MappedStream(Misses misses, FileRange range, IDisposable use)
    {
        _misses = misses;
        _use = use;
        _record = misses.Tracker?.Begin("stream", misses.Windows.Name, default);
        _window = new MovingWindow(misses.Windows, _record, once: true);
        _start = range.Offset;
        _length = range.Length;
    }

    /// <summary>
    /// Ends a stream that was forgotten: nobody has a span of it. Its use of the file ends by a finalizer of its own;
    /// the window goes on a thread of the pool, for that waits for monitors and tells listeners.
    /// </summary>
    ~MappedStream()
    {
        Dispose(disposing: false);
        ThreadPool.UnsafeQueueUserWorkItem(static stream => stream.LetGo(), this, preferLocal: false);
    }

    public override bool CanRead => !_disposed;

    public override bool CanSeek => !_disposed;

    public override bool CanWrite => false;

    public override long Length
    {
        get
        {
            ThrowIfDisposed();
            return _length;
        }
    }

    public override long Position
    {
        get
        {
            ThrowIfDisposed();
            return _position;
        }

        set
        {
            if (value < 0)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(value), $"The position is before the start of the stream of '{_misses.Windows.Name}'.");
            }

            ThrowIfDisposed();
            _position = value;
        }
    }

    /// <summary>The bytes from the position to the end; 0 past it.</summary>
    private long Remaining => Math.Max(_length - _position, 0);

    /// <summary>Moves; past the end is allowed, and nothing is read there.</summary>
    public override long Seek(long offset, SeekOrigin origin)
    {
        ThrowIfDisposed();
        long from = origin switch
        {
            SeekOrigin.Begin => 0,
            SeekOrigin.Current => _position,
            SeekOrigin.End => _length,
            _ => throw new ArgumentException("It is Begin, Current or End.", nameof(origin)),
        };

        // A sum past long.MaxValue wraps to a negative one, and is refused as one.
        long position = unchecked(from + offset);
        if (position < 0)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture,
                $"A seek by {offset} bytes from {from} would end before the stream of '{_misses.Windows.Name}' begins."));
        }

        return _position = position;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <summary>
    /// Fills the buffer, across windows; fewer bytes only at the end, of the stream or of the manager. After an error
    /// the position is as before.
    /// </summary>
    public override int Read(Span<byte> buffer)
    {
        ThrowIfDisposed();
        int wanted = (int)Math.Min(buffer.Length, Remaining), done = 0;
        while (done < wanted)
        {
            // After the manager's end there is the window at hand and no other: the read after this one says so.
            if (done > 0 && _misses.Windows.AreClosed) break;
            ReadOnlySpan<byte> shown = Show(_position + done, wanted - done);
            shown.CopyTo(buffer[done..]);
            _window.ThrowReleasedIfUnreadable();
            done += shown.Length;
        }

        _position += done;
        return done;
    }

    public override int ReadByte()
    {
        // After a refresh that has seen another length the window is asked again.
        byte value = 0;
        if (!_window.IsCurrent || !_shown.TryGet(_position, out value))
        {
            ThrowIfDisposed();
            if (Remaining == 0) return -1;
            value = Show(_position, 1)[0];
            _window.ThrowReleasedIfUnreadable();
        }

        _position++;
        // The window was read by its address alone.
        GC.KeepAlive(this);
        return value;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<int>(cancellationToken);
        try
        {
            int read = Read(buffer.AsSpan(offset, count));
            return _lastRead is { } last && last.Result == read ? last : _lastRead = Task.FromResult(read);
        }
        catch (Exception e)
        {
            return Task.FromException<int>(e);
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<int>(cancellationToken);
        try
        {
            return new ValueTask<int>(Read(buffer.Span));
        }
        catch (Exception e)
        {
            return ValueTask.FromException<int>(e);
        }
    }

    /// <summary>Reads at once, where the base class would go to another thread.</summary>
    public override IAsyncResult BeginRead(
        byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc cref="BeginRead"/>
    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <summary>Writes the rest to another stream, a window at a time and without a buffer between.</summary>
    public override void CopyTo(Stream destination, int bufferSize)
    {
        ValidateCopyToArguments(destination, bufferSize);
        ThrowIfDisposed();
        while (Remaining > 0)
        {
            ReadOnlySpan<byte> shown = Show(_position, Remaining);
            try
            {
                destination.Write(shown);
            }
            catch (IOException) when (_window.HasLostPages)
            {
                // The system read them for the destination, which is another failure than the file's.
                throw _window.ReleaseUnreadable();
            }

            _window.ThrowReleasedIfUnreadable();
            _position += shown.Length;
        }
    }

    /// <inheritdoc cref="CopyTo"/>
    public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        ThrowIfDisposed();
        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled(cancellationToken)
            : CopyWindowsAsync(destination, cancellationToken);
    }

    /// <summary>Does nothing: there is nothing to write.</summary>
    public override void Flush() => ThrowIfDisposed();

    /// <inheritdoc cref="Flush"/>
    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled(cancellationToken);
        ThrowIfDisposed();
        return Task.CompletedTask;
    }

    public override void SetLength(long value) => throw ReadOnly();

    public override void Write(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        throw ReadOnly();
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        throw ReadOnly();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw ReadOnly();

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _shown.Hide();
        if (disposing)
        {
            _window.LetGo();
            _record?.Dispose();
            _use.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>As much of a range of the stream, which is inside it, as one region shows: at least a byte.</summary>
    private ReadOnlySpan<byte> Show(long position, long length)
    {
        FileWindows windows = _misses.Windows;
        long offset = _start + position;
        _shown.Hide();
        if (!_window.MoveTo(offset, length)) windows.ThrowShrunk(offset, length, windows.Directory.Length);
        // Where every range is verified or watched, every byte is asked for.
        if (!windows.IsVerified && !_window.IsWatched) _shown.Show(ref _window, _start, _length);
        return _window.Span;
    }

    private async Task CopyWindowsAsync(Stream destination, CancellationToken cancellationToken)
    {
        // A memory crosses the await, where a span cannot; and one region at a time is enough.
        _shown.Hide();
        _window.ThrowReleasedIfUnreadable();
        _window.LetGo();
        while (Remaining > 0)
        {
            using var lease = new MemoryLease(_misses.Part(_start + _position, Remaining, passing: true));
            try
            {
                await destination.WriteAsync(lease.Memory, cancellationToken).ConfigureAwait(false);
            }
            catch (IOException) when (lease.HasLostPages)
            {
                // As in CopyTo.
                throw lease.ReleaseUnreadable();
            }

            lease.ThrowIfUnreadable();
            _position += lease.Length;
        }
    }

    private void LetGo() => _window.LetGo();

    private NotSupportedException ReadOnly()
    {
        ThrowIfDisposed();
        return new NotSupportedException($"The stream of '{_misses.Windows.Name}' is for reading only.");
    }

    private void ThrowIfDisposed()
    {
        if (_disposed) throw new ObjectDisposedException(nameof(Stream), $"The stream of '{_misses.Windows.Name}' is closed.");
    }
}
