using System.Diagnostics;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Diagnostics;
using Mmap.Spans.Files;
using Mmap.Spans.Leases;
using Mmap.Spans.Memory;
using Mmap.Spans.Pipelines;
using Mmap.Spans.Regions;

namespace Mmap.Spans;

/// <summary>
/// A file open for reading through windows that are mapped on demand. Thread-safe, also for <see cref="Dispose"/>.
/// </summary>
/// <remarks>
/// <para><b>Files that change.</b> A lease stays valid whatever happens to this object, the manager, or the file's name.
/// But where bytes come from a mapping (<see cref="Backing.Map"/>, and <see cref="Backing.Auto"/> for all but small
/// files), touching a page that cannot be read ends this process on Unix: no exception can be caught. That is so of
/// bytes past the end of a file that another process has <i>truncated</i>, of bytes that their disk does not give back,
/// and of a hole in a sparse file on a tmpfs that is full. <see cref="Backing.TruncationSafe"/> survives all three and
/// tells of them; <see cref="Backing.Copy"/> reads instead of mapping.</para>
/// <para>Under <see cref="Backing.TruncationSafe"/> bytes that were not there when they were touched read as zeroes. It
/// is said by the end of their lease and by <c>ThrowIfUnreadable</c>, by the next move of a cursor, by what copies (a
/// stream, a buffer, <see cref="CopyTo"/>) before it returns, and by a pipe reader in <c>AdvanceTo</c>.</para>
/// <para>What is open across such an event keeps what it holds: a lease, a sequence, the window that a cursor, a buffer or
/// a stream stands on, the buffer that a pipe reader shows. Growth changes nothing for a sequence, a buffer, a stream or a
/// reader, whose end is that of their making; a cursor sees it after <see cref="Refresh"/>. Of a file that was cut, all of
/// them give every byte that is left, in order, and then <see cref="FileChangedException"/> (a cursor, once the file is
/// refreshed, the end instead); what they hold or find in memory already is given without asking, unless the file is opened
/// with <see cref="MappedFileOptions.Verify"/>. When the file is whole again, they go on from where they were. A file that
/// was replaced by rename or deleted goes on with its old bytes as long as there is a handle of it: see
/// <see cref="MapManagerOptions.MaxOpenHandles"/>.</para>
/// <para>A file that is <i>rewritten in place</i> shows its new bytes at once where it is mapped. A copy is as of its
/// load, until <see cref="Refresh"/>, another open or a lease with <see cref="MappedFileOptions.Verify"/> finds that
/// the file was written to. So that one stream or sequence never has old and new bytes, a copy that is loaded after a
/// rewriting of the same length throws <see cref="FileChangedException"/> until then. A rewriting that also makes the
/// file longer cannot be told from an append while a stream is open.</para>
/// <para>All openers of one file with the same backing and access pattern, by whatever name, share its regions and its
/// <see cref="Length"/>.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
[DebuggerTypeProxy(typeof(MappedFileView))]
public sealed class MappedFile : IDisposable, IOpenFile
{
    private readonly FileWindows _windows;

    /// <summary>Where hits are looked for: the directory, or nothing when each lease must be verified or all are refused.</summary>
    private RegionDirectory _hits;
    private int _disposed;
    private readonly IDisposable? _record;

    /// <summary>The look at the file that this object was told of last; guarded by the entry's lock.</summary>
    private FileLook _seen;

    /// <summary>Takes over one opener's use of a file.</summary>
    internal MappedFile(MapManager manager, FileEntry entry, string? path, bool isVerified, IDisposable? record = null)
    {
        Manager = manager;
        _record = record;
        Path = path;
        _seen = entry.Known;
        _windows = new FileWindows(entry, this, isVerified);
        _hits = isVerified ? RegionDirectory.None : entry.Directory;
    }

    /// <summary>Marks a forgotten file as ended. A thread of the pool closes it, which waits for monitors.</summary>
    ~MappedFile()
    {
        if (!TryEnd()) return;
        ThreadPool.UnsafeQueueUserWorkItem(static f => f.Manager.Close(f._windows.Entry, f.Path), this, false);
    }

    /// <summary>Opens a file through <see cref="MapManager.Shared"/>.</summary>
    /// <inheritdoc cref="MapManager.Open(string, MappedFileOptions?)"/>
    public static MappedFile Open(string path, MappedFileOptions? options = null) => MapManager.Shared.Open(path, options);

    /// <summary>The manager whose budget this file's regions are charged to.</summary>
    public MapManager Manager { get; }

    /// <summary>The full path, or null if the file was opened by handle.</summary>
    public string? Path { get; }

    /// <summary>
    /// The length in bytes as of the last open or <see cref="Refresh"/> of the file by anyone who shares its regions.
    /// </summary>
    public long Length => Directory.Length;

    /// <summary>Where hits are looked for.</summary>
    // Order: acquire, pairs with the release in Dispose. Stale: an old one gives a lease as if this object had been
    // disposed a moment later; what the directory finds in itself is decided by each region's word.
    internal RegionDirectory Hits => Volatile.Read(ref _hits);

    internal RegionDirectory Directory => _windows.Directory;

    internal FileWindows Windows => _windows;

    /// <summary>How leases are taken that are no hit.</summary>
    internal Misses Misses => new(_windows, Manager.Tracker, Manager.Options.GuardLeases);

    /// <summary>The name for messages.</summary>
    internal string Name => Directory.Name;

    private string DebuggerText => $"'{Name}', {Length} bytes{(_disposed != 0 ? ", disposed" : "")}";

    /// <summary>
    /// Leases a range as one span. From a window in memory it costs a few nanoseconds and allocates nothing. A range
    /// longer than the overlap that crosses a window's edge is mapped for this lease alone.
    /// </summary>
    /// <param name="offset">The first byte, counted from the start of the file.</param>
    /// <param name="length">The number of bytes; 0 is allowed.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    /// <exception cref="FileChangedException">The file has become shorter than the range.</exception>
    /// <exception cref="MapBudgetExceededException">Live leases hold all there may be.</exception>
    /// <exception cref="IOException">The system refuses.</exception>
    /// <exception cref="ObjectDisposedException">This object or its manager is disposed.</exception>
    // Inlined by order: the compiler's own limit is not met where it has no profile, ahead of time above all, and a call
    // that returns a lease through memory costs half as much again as the lease.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SpanLease LeaseSpan(long offset, int length) => SpanPin.TryTake(Hits, offset, length, out SpanPin pin)
        ? new SpanLease(pin.Region!.Bytes(offset, length), pin)
        : LeaseSpanSlowly(offset, length);

    /// <summary>
    /// Leases what one region gives of a range, for records whose length is not known yet: at least the first byte, and
    /// <see cref="MapManagerOptions.Overlap"/> bytes unless the range or the file ends before. How much more it is depends
    /// on what is in memory.
    /// </summary>
    /// <param name="offset">The first byte, counted from the start of the file.</param>
    /// <param name="maxLength">The most bytes; 0 is allowed.</param>
    /// <returns>The lease; empty at or past the end of the file, and for 0 bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is negative.</exception>
    /// <exception cref="FileChangedException">The file now ends before the first byte.</exception>
    /// <inheritdoc cref="LeaseSpan"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SpanLease LeaseSpanUpTo(long offset, int maxLength) =>
        maxLength > 0 && SpanPin.TryTake(Hits, offset, 1, out SpanPin pin)
            ? new SpanLease(pin.Region!.UpTo(offset, maxLength), pin)
            : LeaseSpanUpToSlowly(offset, maxLength);

    /// <summary>Leases a range as one memory, for code that stores it or crosses <c>await</c>.</summary>
    /// <inheritdoc cref="LeaseSpan"/>
    public MemoryLease LeaseMemory(long offset, int length)
    {
        if (Manager.Tracker is null && Hits.TryReference(offset, length) is { } region)
            return new MemoryLease(new LeasedMemory(region, offset, length));

        return new MemoryLease(Misses.Memory(offset, length));
    }

    /// <summary>Leases a range of any length: one segment a region, all in memory together.</summary>
    /// <inheritdoc cref="LeaseSpan"/>
    public SequenceLease LeaseSequence(long offset, long length) => Misses.Sequence(offset, length);

    /// <summary>Copies bytes at a position by a positional read: it uses no window and never faults.</summary>
    /// <param name="offset">The first byte, counted from the start of the file; at or past the end nothing is read.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <returns>The bytes copied; fewer than asked for only at the end of the file.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is negative.</exception>
    public int Read(long offset, Span<byte> destination) => _windows.Read(offset, destination);

    /// <summary>
    /// Copies bytes out of the windows, across their edges; what is not in memory is loaded. Nothing is pinned afterwards.
    /// </summary>
    /// <remarks>After an error the destination holds some of the bytes. <see cref="Read(long, Span{byte})"/> does the same
    /// by a system call and without a window.</remarks>
    /// <param name="offset">The first byte, counted from the start of the file; at or past the end nothing is copied.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <returns>The bytes copied; fewer than the destination holds only at the end of the file.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is negative.</exception>
    /// <inheritdoc cref="LeaseSpan"/>
    public int CopyTo(long offset, Span<byte> destination)
    {
        ThrowIfDisposed();
        _windows.CheckNotNegative(offset, destination.Length);
        int done = 0;
        while (done < destination.Length)
        {
            int part = Misses.CopyPart(Hits, offset + done, destination[done..]);
            if (part == 0) break;
            done += part;
        }

        return done;
    }

    /// <summary>
    /// One value, in the byte order of this machine. Its bytes are read as they are: a type without an explicit layout
    /// compiles, and is no format. Nothing is pinned afterwards.
    /// </summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="offset">The first byte, counted from the start of the file.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is not inside the file.</exception>
    /// <exception cref="FileChangedException">The file has become shorter than the value's last byte.</exception>
    /// <inheritdoc cref="LeaseSpan"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Read<T>(long offset)
        where T : unmanaged =>
        SpanPin.TryTake(Hits, offset, Unsafe.SizeOf<T>(), out SpanPin pin)
            ? pin.ReadAndRelease<T>(offset)
            : ReadSlowly<T>(offset);

    /// <summary>
    /// Leases spans in a loop, on the thread that makes it: a few nanoseconds each as <see cref="LeaseSpan"/>, and two
    /// less.
    /// </summary>
    /// <exception cref="ObjectDisposedException">This object or its manager is disposed.</exception>
    public SpanReader CreateReader()
    {
        ThrowIfDisposed();
        return new SpanReader(this);
    }

    /// <summary>
    /// A moving view over the file, for one thread at a time; it ends with this object. It sees what
    /// <see cref="Refresh"/> has seen; with <see cref="MappedFileOptions.Verify"/> each move asks for the length.
    /// </summary>
    public WindowCursor CreateCursor()
    {
        ThrowIfDisposed();
        return new WindowCursor(this);
    }

    /// <summary>
    /// The file, or a range of it, as one long array of bytes, for one thread at a time; it ends with this object. Its
    /// length is fixed, even if the file grows; a byte that the file has lost throws <see cref="FileChangedException"/>
    /// when its window is moved to.
    /// </summary>
    /// <param name="offset">Where the buffer begins.</param>
    /// <param name="length">How long it is; to the end of the file unless given.</param>
    public MappedBuffer CreateBuffer(long offset = 0, long? length = null)
    {
        FileRange range = _windows.RangeOf(offset, length);
        return new MappedBuffer(this, range.Offset, range.Length);
    }

    /// <summary>
    /// Says that a range will be needed soon. A hint: it returns at once, loads no region, drops none, and no failure of
    /// it shows. What lies outside the file is left out, and so is what goes beyond the budget.
    /// </summary>
    /// <param name="offset">The first byte, counted from the start of the file.</param>
    /// <param name="length">The number of bytes.</param>
    public void Prefetch(long offset, long length) => Prefetch([new FileRange(offset, length)]);

    /// <summary>Says that ranges will be needed soon, as one batch: before the first read of any of them is the time.</summary>
    /// <inheritdoc cref="Prefetch(long, long)"/>
    public void Prefetch(ReadOnlySpan<FileRange> ranges) => Prefetcher.Start(_windows, ranges);

    /// <summary>
    /// Brings a range into memory, so that leases of it find their regions loaded and their pages present. The work is
    /// done on another thread. Regions stay as long as the budget lets them: a range longer than that is not all there
    /// in the end.
    /// </summary>
    /// <param name="offset">The first byte, counted from the start of the file.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="cancellationToken">Ends the work after the window that it is at.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="FileChangedException">The file has become shorter than the range.</exception>
    public Task LoadAsync(long offset, long length, CancellationToken cancellationToken = default) =>
        Prefetcher.LoadAsync(_windows, offset, length, cancellationToken);

    /// <summary>
    /// The file, or a range of it, as a <see cref="PipeReader"/> whose buffers are the mapped windows: a record of at most
    /// <see cref="MapManagerOptions.Overlap"/> bytes that begins where the consumer stopped is never split.
    /// </summary>
    /// <remarks>
    /// There is no finalizer: a reader that is never completed keeps its regions in memory. Where one cannot complete
    /// it, copy: <see cref="OpenStream"/>. It keeps the file open, also after this object is disposed, until it is
    /// completed. It belongs to one thread at a time, <see cref="PipeReader.CancelPendingRead"/> excepted. A buffer
    /// ends with the next <c>AdvanceTo</c> past it or <c>Complete</c>: a memory of it kept longer throws
    /// <see cref="ObjectDisposedException"/>, a span kept longer is a use of memory that may be unmapped. The end it
    /// reads to is that of its making, even if the file grows. Of a file that was cut it shows what is left; the read
    /// after that is a <see cref="FileChangedException"/>, each time until the bytes are there again. A window is
    /// looked at once, when it is first shown. <c>CopyToAsync</c> hands over whole windows: a destination that keeps
    /// what it is given, as a web server's response does for a slow client, needs a manager with small windows.
    /// </remarks>
    /// <param name="options">Which range, and how; the whole file unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file, or an option cannot be.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public PipeReader CreatePipeReader(MappedPipeReaderOptions? options = null)
    {
        options ??= MappedPipeReaderOptions.Default;
        FileRange range = MappedPipeReader.Check(_windows, options);
        MappedFile own = Share();
        return new MappedPipeReader(own.Misses, range, options.ReadAhead, own);
    }

    /// <summary>
    /// The file, or a range of it, as a stream that can be read and sought, for one thread at a time. It copies out of
    /// mapped windows and keeps the last one until it is disposed. Its length is fixed, even if the file grows; a read that
    /// meets bytes which the file has lost throws <see cref="FileChangedException"/> and leaves the position as it was.
    /// </summary>
    /// <remarks>It keeps the file open until it is disposed or collected, also after this object is disposed.</remarks>
    /// <param name="offset">Where the stream begins.</param>
    /// <param name="length">How long it is; to the end of the file unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public Stream OpenStream(long offset = 0, long? length = null)
    {
        FileRange range = _windows.RangeOf(offset, length);
        MappedFile own = Share();
        return new MappedStream(own.Misses, range, own);
    }

    /// <summary>
    /// The offset in the file of a position in a buffer of one of its pipe readers, or in one of its sequence leases:
    /// where the line or the record that a parser has just found begins.
    /// </summary>
    /// <param name="position">The position; the bytes there need not be in memory any more.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is of no buffer of this file.</exception>
    public long GetOffset(SequencePosition position) => MappedSegment.OffsetOf(position, Directory);

    /// <summary>
    /// Looks at the file again: its length, the time of its last write, and whether its name still belongs to it.
    /// </summary>
    /// <remarks>
    /// The answer is this object's own: what has become of the file since it was opened or refreshed by this object.
    /// Other openers take nothing away from it. Copies in memory are dropped when the file was written to; leases taken
    /// before stay as they are. A file that was replaced goes on being followed: <see cref="FileChange.Grown"/> until
    /// all of it is seen, then <see cref="FileChange.Replaced"/>, each time; that is the moment to open the path anew.
    /// If its handle had been closed to keep <see cref="MapManagerOptions.MaxOpenHandles"/>, its length stays the one
    /// last known.
    /// </remarks>
    /// <returns>The first that is true of Shrunk, Grown, Rewritten, Replaced and Unchanged.</returns>
    /// <exception cref="FileChangedException">The file is gone and its handle was closed, so nothing can tell of
    /// it.</exception>
    public FileChange Refresh() => _windows.Refresh(Path, ref _seen);

    /// <summary>
    /// Ends this object's use of the file. Leases stay valid until they are disposed; cursors and buffers keep the
    /// window that they hold and get no other. Streams and pipe readers are openers themselves and go on. When the last
    /// opener has gone, each region goes with its last lease.
    /// </summary>
    /// <remarks>A file that is never disposed ends itself when it is collected, as the framework's do.</remarks>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _record?.Dispose();
        if (TryEnd()) Manager.Close(_windows.Entry, Path);
    }

    /// <summary>One more opener, for a stream or a reader: it keeps the file open until its own end.</summary>
    /// <exception cref="ObjectDisposedException">This object or its manager is disposed.</exception>
    internal MappedFile Share()
    {
        ThrowIfDisposed();
        Manager.Join(_windows.Entry, Path);
        return new MappedFile(Manager, _windows.Entry, Path, _windows.IsVerified);
    }

    /// <summary>Leases a range that is no hit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal SpanLease LeaseSpanSlowly(long offset, int length) => Misses.Span(offset, length);

    /// <summary>Leases the beginning of a range that is no hit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal SpanLease LeaseSpanUpToSlowly(long offset, int maxLength) => Misses.SpanUpTo(offset, maxLength);

    /// <summary>Reads a value that is no hit: across an edge that no overlap covers it comes in two parts.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal T ReadSlowly<T>(long offset)
        where T : unmanaged
    {
        _windows.CheckRange(offset, Unsafe.SizeOf<T>(), lengthName: nameof(offset));
        T value = default;
        // SAFETY: the bytes of a local. Fewer than all are copied only if the file was seen to be shorter meanwhile.
        int copied = CopyTo(offset, MemoryMarshal.AsBytes(new Span<T>(ref value)));
        if (copied < Unsafe.SizeOf<T>()) _windows.ThrowShrunk(offset, Unsafe.SizeOf<T>(), Length);
        return value;
    }

    void IOpenFile.ThrowIfDisposed() => ThrowIfDisposed();

    RegionDirectory IOpenFile.Directory => Directory;

    // Order: acquire. Stale: as in Dispose.
    bool IOpenFile.IsDisposed => Volatile.Read(ref _disposed) != 0 || Manager.IsDisposed;

    internal void ThrowIfDisposed()
    {
        // Order: acquire. Stale: as in Dispose.
        if (Volatile.Read(ref _disposed) != 0) throw new ObjectDisposedException(nameof(MappedFile), $"'{Name}' is closed.");
        if (Manager.IsDisposed) throw new ObjectDisposedException(nameof(MapManager), $"The manager of '{Name}' is disposed.");
    }

    /// <summary>Refuses everything from now on.</summary>
    /// <returns>False if it was ended before.</returns>
    private bool TryEnd()
    {
        // Order: full; one caller goes on.
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return false;
        // Order: release. Stale: a lease that is taken at this very moment is good, for its region is still there.
        Volatile.Write(ref _hits, RegionDirectory.None);
        return true;
    }
}
