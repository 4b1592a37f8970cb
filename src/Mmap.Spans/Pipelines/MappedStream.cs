using System.Diagnostics;
using System.Globalization;
using Mmap.Spans.Files;
using Mmap.Spans.Leases;

namespace Mmap.Spans.Pipelines;

/// <summary>
/// A range of a file as a read-only stream that copies from mapped windows. For one thread at a time. It holds one
/// region, that of the last read, until it is disposed.
/// </summary>
/// <remarks>Every asynchronous member completes at once, except a copy to a destination that does not.</remarks>
[DebuggerDisplay("at {_position} of {_length}, {_misses.Windows.Name,nq}")]
internal sealed class MappedStream : Stream
{
    private readonly Misses _misses;

    /// <summary>The stream's own use of the file, from its making to its end.</summary>
    private readonly IDisposable _use;

    /// <summary>The record of the stream's making; null if it is not tracked.</summary>
    private readonly ILeaseRecord? _record;
    private readonly long _start;
    private readonly long _length;
    private long _position;
    private bool _disposed;

    /// <summary>The window of the stream; never copied.</summary>
    private MovingWindow _window;

    /// <summary>The part of the stream in that window; empty without a window.</summary>
    private ShownWindow _shown;

    /// <summary>The task of the last read; most reads of a loop return the same count, and so the same task.</summary>
    private Task<int>? _lastRead;

    /// <param name="misses">The file.</param>
    /// <param name="range">The range of the stream, inside the file.</param>
    /// <param name="use">Keeps the file open; the stream disposes it.</param>
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
    /// Ends an undisposed stream; no span of it exists. Its use of the file has a finalizer of its own. A thread of the
    /// pool releases the window, because that waits for monitors and tells listeners.
    /// </summary>
    ~MappedStream()
    {
        Dispose(disposing: false);
        ThreadPool.UnsafeQueueUserWorkItem(static stream => stream.Release(), this, preferLocal: false);
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

    /// <summary>Moves the position. It may lie past the end, where nothing is read.</summary>
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

        // A sum past long.MaxValue wraps to a negative one, which is refused.
        long position = unchecked(from + offset);
        if (position < 0)
        {
            string seek = string.Create(CultureInfo.InvariantCulture, $"A seek by {Amount.Bytes(offset)} from {from}");
            throw new IOException($"{seek} would end before the stream of '{_misses.Windows.Name}' begins.");
        }

        return _position = position;
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    /// <summary>
    /// Fills the buffer across windows; fewer bytes only at the end of the stream or of the manager. An error leaves
    /// the position unchanged.
    /// </summary>
    public override int Read(Span<byte> buffer)
    {
        ThrowIfDisposed();
        int wanted = (int)Math.Min(buffer.Length, Remaining), done = 0;
        while (done < wanted)
        {
            // After the manager's end only the held window is given; the next read throws.
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
        // After a refresh with another length the window must move again.
        byte value = 0;
        if (!_window.IsCurrent || !_shown.TryGet(_position, out value))
        {
            ThrowIfDisposed();
            if (Remaining == 0) return -1;
            value = Show(_position, 1)[0];
            _window.ThrowReleasedIfUnreadable();
        }

        // The byte was read through its address alone; this write after it keeps the stream, and so its window, alive.
        _position++;
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

    /// <summary>Reads at once; the base class would use another thread.</summary>
    public override IAsyncResult BeginRead(
        byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    /// <inheritdoc cref="BeginRead"/>
    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    /// <summary>Writes the rest to another stream, a window at a time, without a buffer between.</summary>
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
                // The system read the bytes for the destination; its error is not the file's.
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

    /// <summary>Does nothing: a read-only stream has nothing to write.</summary>
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

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        throw ReadOnly();

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _shown.Hide();
        if (disposing)
        {
            _window.Release();
            _record?.Dispose();
            _use.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Shows the part of a range, inside the stream, that one region gives: at least a byte.</summary>
    private ReadOnlySpan<byte> Show(long position, long length)
    {
        FileWindows windows = _misses.Windows;
        long offset = _start + position;
        _shown.Hide();
        if (!_window.MoveTo(offset, length)) windows.ThrowShrunk(offset, length, windows.Directory.Length);
        // If every range is verified or watched, each byte goes through the cursor.
        if (!windows.IsVerified && !_window.IsWatched) _shown.Show(ref _window, _start, _length);
        return _window.Span;
    }

    private async Task CopyWindowsAsync(Stream destination, CancellationToken cancellationToken)
    {
        // A memory crosses the await, where a span cannot. One region at a time is enough.
        _shown.Hide();
        _window.ThrowReleasedIfUnreadable();
        _window.Release();
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

    private void Release() => _window.Release();

    private NotSupportedException ReadOnly()
    {
        ThrowIfDisposed();
        return new NotSupportedException($"The stream of '{_misses.Windows.Name}' is for reading only.");
    }

    private void ThrowIfDisposed()
    {
        if (_disposed)
            throw new ObjectDisposedException(nameof(Stream), $"The stream of '{_misses.Windows.Name}' is closed.");
    }
}
