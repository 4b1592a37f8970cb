using System.Diagnostics;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Mmap.Spans.Diagnostics;
using Mmap.Spans.Files;
using Mmap.Spans.Leases;
using Mmap.Spans.Pipelines;
using Mmap.Spans.Regions;

namespace Mmap.Spans;

/// <summary>A file open for reading through windows mapped on demand. Thread-safe.</summary>
/// <remarks>
/// <para>A lease stays valid whatever happens to this object, the manager, or the file's name. But on Unix, touching
/// mapped bytes that cannot be read ends this process, and no exception can be caught. This concerns
/// <see cref="Backing.Map"/>, and <see cref="Backing.Auto"/> for all but small files. Such bytes lie past the end of a
/// <i>truncated</i> file, on a bad disk, or in a hole of a file on a full tmpfs. <see cref="Backing.TruncationSafe"/>
/// survives all three and reports them; <see cref="Backing.Copy"/> reads instead of mapping.</para>
/// <para><see cref="FileChange"/> tells the effect of each change of a file on open leases, cursors, buffers, streams
/// and readers.</para>
/// <para>All openers of one file with the same backing and access pattern, by whatever name, share its regions and its
/// <see cref="Length"/>.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
[DebuggerTypeProxy(typeof(MappedFileView))]
public sealed class MappedFile : IDisposable, IOpenFile
{
    private FileUse _use;

    /// <summary>The directory for hits; an empty one if each lease must be verified, or after disposal.</summary>
    private RegionDirectory _hits;

    internal MappedFile(MapManager manager, FileUse use)
    {
        Manager = manager;
        _use = use;
        _hits = use.IsVerified ? RegionDirectory.None : use.Entry.Directory;
    }

    /// <summary>Ends an undisposed file. A thread of the pool closes it, because closing waits for monitors.</summary>
    ~MappedFile()
    {
        if (_use.TryEnd(ref _hits)) ThreadPool.UnsafeQueueUserWorkItem(static file => file._use.Leave(), this, false);
    }

    /// <summary>Opens a file through <see cref="MapManager.Shared"/>.</summary>
    /// <inheritdoc cref="MapManager.Open(string, MappedFileOptions?)"/>
    public static MappedFile Open(string path, MappedFileOptions? options = null) =>
        MapManager.Shared.Open(path, options);

    /// <summary>The manager whose budget this file's regions are charged to.</summary>
    public MapManager Manager { get; }

    /// <summary>The full path, or null if the file was opened by handle.</summary>
    public string? Path => _use.Path;

    /// <summary>The length as of the last open or <see cref="Refresh"/> by any opener with the same regions.</summary>
    public long Length => Directory.Length;

    /// <summary>The directory for hits.</summary>
    // Order: acquire, pairs with the release in FileUse. Stale: an old one gives a lease as if this object had been
    // disposed a moment later; each region's word decides on what the directory holds.
    internal RegionDirectory Hits => Volatile.Read(ref _hits);

    internal RegionDirectory Directory => _use.Entry.Directory;

    /// <summary>The rule for the available part of a range. Made when asked for: of many open files few are.</summary>
    internal FileWindows Windows => new(_use.Entry, this, _use.IsVerified);

    /// <summary>The way of leases that are no hit.</summary>
    internal Misses Misses => new(Windows, Manager.Tracker, Manager.Options.GuardLeases);

    /// <summary>The name for messages.</summary>
    internal string Name => Directory.Name;

    private string DebuggerText => $"'{Name}', {Amount.Bytes(Length)}{(_use.IsEnded ? ", disposed" : "")}";

    /// <summary>
    /// Leases a range as one span. If its window is in memory, this costs a few nanoseconds and allocates nothing. A
    /// range that crosses a window's edge and is longer than the overlap is mapped for this lease alone.
    /// </summary>
    /// <param name="offset">The first byte, from the start of the file.</param>
    /// <param name="length">The number of bytes; 0 is allowed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    /// <exception cref="FileChangedException">The file was truncated before the end of the range.</exception>
    /// <exception cref="MapBudgetExceededException">Live leases hold the whole budget.</exception>
    /// <exception cref="IOException">The system refuses the load.</exception>
    /// <exception cref="ObjectDisposedException">This object or its manager is disposed.</exception>
    // Inlined by attribute: without a profile, ahead of time above all, the compiler would not inline it. A call that
    // returns a lease through memory costs half as much again as the lease.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SpanLease LeaseSpan(long offset, int length) => SpanPin.TryTake(Hits, offset, length, out SpanPin pin)
        ? new SpanLease(pin.Region!.Bytes(offset, length), pin)
        : LeaseSpanSlowly(offset, length);

    /// <summary>
    /// Leases the part of a range that one region gives, for records whose length is not known yet. It has at least the
    /// first byte, and at least <see cref="MapManagerOptions.Overlap"/> bytes unless the range or the file ends before.
    /// Its further length depends on the regions in memory.
    /// </summary>
    /// <param name="offset">The first byte, from the start of the file.</param>
    /// <param name="maxLength">The maximum number of bytes; 0 is allowed.</param>
    /// <returns>The lease; empty at or past the end of the file, and for 0 bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative.</exception>
    /// <exception cref="FileChangedException">The file now ends before the first byte.</exception>
    /// <inheritdoc cref="LeaseSpan"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SpanLease LeaseSpanUpTo(long offset, int maxLength) =>
        maxLength > 0 && SpanPin.TryTake(Hits, offset, 1, out SpanPin pin)
            ? new SpanLease(pin.Region!.UpTo(offset, maxLength), pin)
            : LeaseSpanUpToSlowly(offset, maxLength);

    /// <summary>Leases a range as one memory, for code that stores it or crosses an <c>await</c>.</summary>
    /// <inheritdoc cref="LeaseSpan"/>
    public MemoryLease LeaseMemory(long offset, int length) => new(
        Manager.Tracker is null && Hits.TryReference(offset, length) is { } region
            ? new LeasedMemory(region, offset, length)
            : Misses.Memory(offset, length));

    /// <summary>Leases a range of any length: one segment a region, all in memory at the same time.</summary>
    /// <inheritdoc cref="LeaseSpan"/>
    public SequenceLease LeaseSequence(long offset, long length) => Misses.Sequence(offset, length);

    /// <summary>Copies bytes by a positional read. It uses no window and never faults.</summary>
    /// <param name="offset">The first byte, from the start of the file; at or past the end nothing is read.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <returns>The number of bytes copied; fewer than requested only at the end of the file.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is negative.</exception>
    public int Read(long offset, Span<byte> destination) => Windows.Read(offset, destination);

    /// <summary>Copies bytes through the windows, across edges. Loads as needed; pins nothing afterwards.</summary>
    /// <remarks>After an error the destination holds some of the bytes. <see cref="Read(long, Span{byte})"/> does the
    /// same by a system call, without a window.</remarks>
    /// <param name="offset">The first byte, from the start of the file; at or past the end nothing is copied.</param>
    /// <param name="destination">Receives the bytes.</param>
    /// <returns>The number of bytes copied; fewer than the destination holds only at the end of the file.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is negative.</exception>
    /// <inheritdoc cref="LeaseSpan"/>
    public int CopyTo(long offset, Span<byte> destination) =>
        SpanPin.TryTake(Hits, offset, destination.Length, out SpanPin pin)
            ? pin.CopyAndRelease(offset, destination)
            : Misses.CopyTo(Hits, offset, destination);

    /// <summary>
    /// Reads one value, in the byte order of this machine. The bytes are taken as they are: a type without an explicit
    /// layout compiles, but its format is undefined. Nothing stays pinned.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <exception cref="ArgumentOutOfRangeException">The value is not inside the file.</exception>
    /// <exception cref="FileChangedException">The file was truncated before the value's last byte.</exception>
    /// <inheritdoc cref="LeaseSpan"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Read<T>(long offset)
        where T : unmanaged =>
        // SAFETY: a size, and no access to memory.
        SpanPin.TryTake(Hits, offset, Unsafe.SizeOf<T>(), out SpanPin pin)
            ? pin.ReadAndRelease<T>(offset)
            : ReadSlowly<T>(offset);

    /// <summary>
    /// Makes a reader that leases spans in a loop, on this thread. Each lease takes a few nanoseconds, two less than
    /// <see cref="LeaseSpan"/>.
    /// </summary>
    /// <exception cref="ObjectDisposedException">This object or its manager is disposed.</exception>
    public SpanReader CreateReader() => new(this);

    /// <summary>
    /// Makes a moving view over the file, for one thread at a time; it ends with this object. It sees a change of
    /// length after <see cref="Refresh"/>; with <see cref="MappedFileOptions.Verify"/> each move checks the length.
    /// </summary>
    public WindowCursor CreateCursor()
    {
        ThrowIfDisposed();
        return new WindowCursor(this);
    }

    /// <summary>
    /// Makes a view of the file, or a range of it, as one long array of bytes. For one thread at a time; it ends with
    /// this object. Its length is fixed, even if the file grows. If the file is truncated, a move to the window of a
    /// lost byte throws <see cref="FileChangedException"/>.
    /// </summary>
    /// <param name="offset">The start of the buffer.</param>
    /// <param name="length">The length of the buffer; by default to the end of the file.</param>
    public MappedBuffer CreateBuffer(long offset = 0, long? length = null) =>
        new(this, Windows.RangeOf(offset, length));

    /// <summary>
    /// Announces that a range will be needed soon. A hint: it returns at once, and maps and evicts nothing. A failure
    /// counts only in <see cref="MapStatistics.HintsRefused"/>. Bytes outside the file or beyond the budget are
    /// skipped.
    /// </summary>
    /// <param name="offset">The first byte, from the start of the file.</param>
    /// <param name="length">The number of bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative.</exception>
    /// <exception cref="ObjectDisposedException">This object or its manager is disposed.</exception>
    public void Prefetch(long offset, long length) => Prefetcher.Start(Windows, offset, length);

    /// <summary>Announces several ranges as one batch. Call it before the first read of any of them.</summary>
    /// <param name="ranges">The ranges, in any order.</param>
    /// <exception cref="ArgumentOutOfRangeException">A range begins before the file, or has a negative
    /// length.</exception>
    /// <exception cref="ObjectDisposedException">This object or its manager is disposed.</exception>
    public void Prefetch(ReadOnlySpan<FileRange> ranges) => Prefetcher.Start(Windows, ranges);

    /// <summary>
    /// Loads a range on another thread, so that leases of it find their regions loaded and their pages present. Regions
    /// stay as long as the budget allows. A range larger than the budget is not all in memory at the end.
    /// </summary>
    /// <param name="offset">The first byte, from the start of the file.</param>
    /// <param name="length">The number of bytes; 0 is allowed.</param>
    /// <param name="cancellationToken">Stops the work after the current window.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <inheritdoc cref="LeaseSpan"/>
    public Task LoadAsync(long offset, long length, CancellationToken cancellationToken = default) =>
        Prefetcher.LoadAsync(Windows, offset, length, cancellationToken);

    /// <summary>
    /// Makes a <see cref="PipeReader"/> over the file, or a range of it, whose buffers are the mapped windows. A record
    /// of at most <see cref="MapManagerOptions.Overlap"/> bytes that begins where the consumer stopped is never split.
    /// </summary>
    /// <remarks>
    /// <para>For one thread at a time, except <see cref="PipeReader.CancelPendingRead"/>. A buffer is valid until the
    /// next <c>AdvanceTo</c> past it, or <c>Complete</c>. A memory of it kept longer throws
    /// <see cref="ObjectDisposedException"/>; a span kept longer may show unmapped memory. A window is checked once,
    /// when it is first shown.</para>
    /// <para>The reader keeps the file open until it is completed, even after this object is disposed. There is no
    /// finalizer: a reader that is never completed keeps its regions in memory. If you cannot complete it, copy
    /// instead: <see cref="OpenStream"/>.</para>
    /// <para><c>CopyToAsync</c> hands over whole windows. For a destination that buffers them, such as a web server's
    /// response to a slow client, use a manager with small windows.</para>
    /// </remarks>
    /// <param name="options">The range and the read-ahead; by default the whole file.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file, or an option is out of
    /// range.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public PipeReader CreatePipeReader(MappedPipeReaderOptions? options = null)
    {
        options ??= MappedPipeReaderOptions.Default;
        FileRange range = MappedPipeReader.Check(Windows, options);
        MappedFile own = Share();
        return new MappedPipeReader(own.Misses, range, options.ReadAhead, own);
    }

    /// <summary>
    /// Opens the file, or a range of it, as a readable, seekable stream, for one thread at a time. It copies from
    /// mapped windows, and keeps the last one until it is disposed. Its length is fixed, even if the file grows. A read
    /// of truncated bytes throws <see cref="FileChangedException"/> and leaves the position unchanged.
    /// </summary>
    /// <remarks>It keeps the file open until it is disposed or collected, also after this object is disposed.</remarks>
    /// <param name="offset">The start of the stream.</param>
    /// <param name="length">The length of the stream; by default to the end of the file.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public Stream OpenStream(long offset = 0, long? length = null)
    {
        FileRange range = Windows.RangeOf(offset, length);
        MappedFile own = Share();
        return new MappedStream(own.Misses, range, own);
    }

    /// <summary>Returns the offset in the file of a position in a pipe reader's buffer or a sequence lease.</summary>
    /// <param name="position">The position; its bytes may have left memory already.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position belongs to no buffer of this file.</exception>
    public long GetOffset(SequencePosition position) => MappedSegment.OffsetOf(position, Directory);

    /// <summary>Checks the file again: its length, the time of its last write, and the file behind its name.</summary>
    /// <remarks>
    /// The answer is this object's own: the change since this object opened or last refreshed the file. Other openers
    /// do not affect it. If the file was written to, copies in memory are dropped; earlier leases stay as they are.
    /// </remarks>
    /// <returns>The first that applies of Shrunk, Grown, Rewritten, Replaced and Unchanged.</returns>
    /// <exception cref="FileChangedException">The file was deleted and its handle was closed, so its state is
    /// unknown.</exception>
    public FileChange Refresh() => _use.Refresh(Windows);

    /// <summary>
    /// Ends this object's use of the file. Leases stay valid until they are disposed; cursors and buffers keep only the
    /// window that they hold. Streams and pipe readers are openers of their own and continue. After the last opener,
    /// each region is unmapped with its last lease. Idempotent.
    /// </summary>
    /// <remarks>A file that is never disposed ends when it is collected, as the framework's do.</remarks>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _use.End(ref _hits);
    }

    /// <summary>Adds an opener, for a stream or a reader: it keeps the file open until its own end.</summary>
    private MappedFile Share() => new(Manager, _use.Share());

    // The ways of a lease that is no hit; calls, so that the code of a hit stays short.
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal SpanLease LeaseSpanSlowly(long offset, int length) => Misses.Span(offset, length);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal SpanLease LeaseSpanUpToSlowly(long offset, int maxLength) => Misses.SpanUpTo(offset, maxLength);

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal T ReadSlowly<T>(long offset)
        where T : unmanaged =>
        Misses.Read<T>(Hits, offset);

    internal void ThrowIfDisposed() => _use.ThrowIfEnded();

    void IOpenFile.ThrowIfDisposed() => _use.ThrowIfEnded();

    bool IOpenFile.IsDisposed => _use.IsEnded;

    RegionDirectory IOpenFile.Directory => Directory;
}
