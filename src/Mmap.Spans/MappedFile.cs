using System.Diagnostics;
using System.IO.Pipelines;
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
/// files), another process that <i>truncates</i> the file takes pages away, and on Unix touching such a page ends this
/// process: no exception can be caught. Open files that others may truncate with <see cref="Backing.Copy"/>.</para>
/// <para>What is open across such an event keeps what it holds: a lease, a sequence, the window that a cursor, a buffer or
/// a stream stands on, the buffer that a pipe reader shows. Growth changes nothing for a sequence, a buffer, a stream or a
/// reader, whose end is that of their making; a cursor sees it after <see cref="Refresh"/>. Of a file that was cut, all of
/// them give every byte that is left, in order, and then <see cref="FileChangedException"/> (a cursor, once the file is
/// refreshed, the end instead); what they hold or find in memory already is given without asking, unless the file is opened
/// with <see cref="MappedFileOptions.Verify"/>. When the file is whole again, they go on from where they were. A file that
/// was replaced by rename or deleted goes on with its old bytes.</para>
/// <para>All openers of one file, by whatever name, share its regions and its <see cref="Length"/>.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
[DebuggerTypeProxy(typeof(MappedFileView))]
public sealed partial class MappedFile : IDisposable
{
    private readonly FileEntry _entry;
    private readonly bool _verify;

    /// <summary>Where hits are looked for: the directory, or nothing when each lease must be verified or all are refused.</summary>
    private RegionDirectory _hits;
    private int _disposed;

    internal MappedFile(MapManager manager, FileEntry entry, string? path, MappedFileOptions options)
    {
        Manager = manager;
        Path = path;
        _entry = entry;
        _verify = options.Verify;
        _hits = _verify ? RegionDirectory.None : entry.Directory;
    }

    /// <summary>Opens a file through <see cref="MapManager.Shared"/>.</summary>
    /// <inheritdoc cref="MapManager.Open(string, MappedFileOptions?)"/>
    public static MappedFile Open(string path, MappedFileOptions? options = null) => MapManager.Shared.Open(path, options);

    /// <summary>The manager whose budget this file's regions are charged to.</summary>
    public MapManager Manager { get; }

    /// <summary>The full path, or null if the file was opened by handle.</summary>
    public string? Path { get; }

    /// <summary>The length in bytes as of the last open or <see cref="Refresh"/> of the file by anyone in this manager.</summary>
    public long Length => Directory.Length;

    /// <summary>The regions of the file.</summary>
    internal RegionDirectory Directory => _entry.Directory;

    /// <summary>Whether every lease is checked against the file as it is at that moment.</summary>
    internal bool IsVerified => _verify;

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
    // SAFETY: unsafe for the pointer to the thread's own block of slots, which is passed on to the lease and not read here.
    public unsafe SpanLease LeaseSpan(long offset, int length)
    {
        // The order of reading: directory, region, its length; then the pin, which looks at the word; then the address.
        // A length that is not there yet is 0 and goes the slow way, as does every wrong argument: a negative offset has
        // no window, a negative length is larger than any region.
        Region? region = _hits.Find(offset);
        if (region is not null)
        {
            ulong at = (ulong)(offset - region.Start);
            if (at + (uint)length <= (uint)region.Length && SpanPins.TryHazard(region, out HazardBlock* own, out long token))
            {
                region.Touch();
                return new SpanLease(region.Bytes((long)at, length), region, own, token);
            }
        }

        return LeaseSpanSlowly(offset, length);
    }

    /// <summary>Leases a range as one memory, for code that stores it or crosses <c>await</c>.</summary>
    /// <inheritdoc cref="LeaseSpan"/>
    public MemoryLease LeaseMemory(long offset, int length)
    {
        // The same look-up as for a span, and a reference instead of a hazard.
        Region? region = _hits.Find(offset);
        if (region is not null && Manager.Tracker is null)
        {
            ulong at = (ulong)(offset - region.Start);
            if (at + (uint)length <= (uint)region.Length && region.State.TryReferenceOpen())
            {
                region.Touch();
                return new MemoryLease(new LeasedMemory(region, offset, length));
            }
        }

        CheckRange(offset, length);
        if (length == 0) return new MemoryLease(new LeasedMemory(Region.None, offset, 0));
        return new MemoryLease(Lease(offset, length, "memory lease"));
    }

    /// <summary>Leases a range of any length: one segment a region, all in memory together.</summary>
    /// <inheritdoc cref="LeaseSpan"/>
    public SequenceLease LeaseSequence(long offset, long length)
    {
        CheckRange(offset, length);
        MappedSegment? first = null, last = null;
        try
        {
            for (long at = offset, end = offset + length; at < end;)
            {
                var segment = new MappedSegment(LeasePart(at, end - at, "sequence lease"));
                last?.Append(segment);
                last = segment;
                first ??= segment;
                at = segment.EndOffset;
            }
        }
        catch
        {
            for (; first is not null; first = first.NextMapped) first.End();
            throw;
        }

        return new SequenceLease(offset, length, first, last);
    }

    /// <summary>Copies bytes at a position by a positional read: it uses no window and never faults.</summary>
    /// <param name="offset">The first byte, counted from the start of the file; at or past the end nothing is read.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <returns>The bytes copied; fewer than asked for only at the end of the file.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="offset"/> is negative.</exception>
    public int Read(long offset, Span<byte> destination)
    {
        ThrowIfDisposed();
        CheckNotNegative(offset, destination.Length);
        return Directory.Backing.Read(offset, destination);
    }

    /// <summary>
    /// A moving view over the file, for one thread at a time. It sees what <see cref="Refresh"/> has seen; with
    /// <see cref="MappedFileOptions.Verify"/> each move asks for the length.
    /// </summary>
    public WindowCursor CreateCursor()
    {
        ThrowIfDisposed();
        return new WindowCursor(this);
    }

    /// <summary>
    /// The file, or a range of it, as one long array of bytes, for one thread at a time. Its length is fixed, even if the
    /// file grows; a byte that the file has lost throws <see cref="FileChangedException"/> when its window is moved to.
    /// </summary>
    /// <param name="offset">Where the buffer begins.</param>
    /// <param name="length">How long it is; to the end of the file unless given.</param>
    public MappedBuffer CreateBuffer(long offset = 0, long? length = null)
    {
        FileRange range = RangeOf(offset, length);
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
    public void Prefetch(ReadOnlySpan<FileRange> ranges)
    {
        ThrowIfDisposed();
        foreach (FileRange range in ranges)
        {
            if (range.Offset < 0) throw new ArgumentOutOfRangeException(nameof(ranges), range, $"A range of '{Name}' begins before its start.");
            if (range.Length < 0) throw new ArgumentOutOfRangeException(nameof(ranges), range, $"A range of '{Name}' has a negative length.");
        }

        Prefetcher.Start(Directory, ranges);
    }

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
    public ValueTask LoadAsync(long offset, long length, CancellationToken cancellationToken = default)
    {
        CheckRange(offset, length);
        return length == 0 ? default : new ValueTask(Task.Run(() => Prefetcher.Load(this, offset, length, cancellationToken), cancellationToken));
    }

    /// <summary>
    /// The file, or a range of it, as a <see cref="PipeReader"/> whose buffers are the mapped windows: a record of at most
    /// <see cref="MapManagerOptions.Overlap"/> bytes that begins where the consumer stopped is never split.
    /// </summary>
    /// <remarks>
    /// It belongs to one thread at a time, <see cref="PipeReader.CancelPendingRead"/> excepted. A buffer ends with the
    /// next <c>AdvanceTo</c> past it or <c>Complete</c>: a memory of it kept longer throws
    /// <see cref="ObjectDisposedException"/>, a span kept longer is a use of memory that may be unmapped. Complete the
    /// reader: a forgotten one keeps its regions in memory. The end it reads to is that of its making, even if the file
    /// grows. Of a file that was cut it shows what is left; the read after that is a <see cref="FileChangedException"/>,
    /// each time until the bytes are there again. A window is looked at once, when it is first shown. <c>CopyToAsync</c>
    /// hands over whole windows: a destination that keeps what it is given, as a web server's response does for a slow
    /// client, is better served from a manager with small windows.
    /// </remarks>
    /// <param name="options">Which range, and how; the whole file unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file, or an option cannot be.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public PipeReader CreatePipeReader(MappedPipeReaderOptions? options = null)
    {
        options ??= MappedPipeReaderOptions.Default;
        return new MappedPipeReader(this, options.Check(this), options.ReadAhead);
    }

    /// <summary>
    /// The file, or a range of it, as a stream that can be read and sought, for one thread at a time. It copies out of
    /// windows and keeps the last one until it is disposed, of a file that is copied no other. Its length is fixed, even if the file grows; a read that
    /// meets bytes which the file has lost throws <see cref="FileChangedException"/> and leaves the position as it was.
    /// </summary>
    /// <param name="offset">Where the stream begins.</param>
    /// <param name="length">How long it is; to the end of the file unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public Stream OpenStream(long offset = 0, long? length = null) => new MappedStream(this, RangeOf(offset, length));

    /// <summary>
    /// The offset in the file of a position in a buffer of one of its pipe readers, or in one of its sequence leases:
    /// where the line or the record that a parser has just found begins.
    /// </summary>
    /// <param name="position">The position; the bytes there need not be in memory any more.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is of no buffer of this file.</exception>
    public long GetOffset(SequencePosition position) =>
        position.GetObject() is MappedSegment segment && segment.Region.Directory == Directory && segment.TryGetOffset(position, out long offset)
            ? offset
            : throw new ArgumentOutOfRangeException(nameof(position), $"The position is not of a buffer of '{Name}'.");

    /// <summary>Looks at the file again: its length, and whether its name still belongs to it.</summary>
    /// <returns>What happened. Leases taken before stay as they are.</returns>
    public FileChange Refresh()
    {
        ThrowIfDisposed();
        return _entry.Refresh(Path);
    }

    /// <summary>
    /// Ends this object's use of the file. Leases, cursors and readers stay valid until they are disposed; when the last
    /// opener has gone, each region goes with its last lease.
    /// </summary>
    public void Dispose()
    {
        // Order: full; one caller goes on.
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        // Order: release. Stale: a lease that is taken at this very moment is good, for its region is still there.
        Volatile.Write(ref _hits, RegionDirectory.None);
        Manager.Close(_entry);
    }

    /// <summary>
    /// Pins as much of a range as one region gives, from its start; at least one byte. Of a file that has become shorter
    /// it gives what is left.
    /// </summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many are wanted at most.</param>
    /// <param name="kind">What the lease is called where leases are tracked.</param>
    /// <param name="once">As for <see cref="AcquirePart"/>.</param>
    internal LeasedMemory LeasePart(long offset, long length, string kind, bool once = false)
    {
        long window = Directory.Grid.IndexOf(offset);
        long fileLength = Length;
        // A refresh by somebody else may have found the file shorter since the range was checked.
        if (offset >= fileLength) throw FileChangedException.Shrunk(Name, new FileRange(offset, length), fileLength);
        long windowEnd = Directory.Grid.StartOf(window) + Directory.Grid.LengthOf(window, fileLength);
        int part = (int)Math.Min(length, windowEnd - offset);
        Region region = AcquirePart(offset, ref part, once);
        return new LeasedMemory(region, offset, part, Manager.Tracker?.Begin(kind, Name, new FileRange(offset, part)));
    }

    /// <summary>A region that holds at least the first byte of a range inside one window, with a reference of the caller's.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">How many are wanted; then, how many there are.</param>
    /// <param name="once">Whether the caller passes over the window: a copy that is not there yet is then the caller's alone
    /// and gone with its pin, so that what was passed takes no memory.</param>
    /// <exception cref="FileChangedException">The file now ends before the first byte.</exception>
    internal Region AcquirePart(long offset, ref int length, bool once = false)
    {
        ThrowIfDisposed();
        long now = _verify ? Directory.Backing.Length : long.MaxValue;
        long window = Directory.Grid.IndexOf(offset);
        Region region = once && Directory.Backing.Copies && Directory.At(window) is null
            ? AcquireAlone(window)
            : Directory.Table.Acquire(Directory, window);
        int there = (int)Math.Clamp(Math.Min(region.End, now) - offset, 0, length);
        if (there == 0 || (_verify && !IsThere(region, offset, there))) throw Gone(region, offset, length);
        length = there;
        return region;
    }

    /// <summary>A region for the caller alone with all that the file now has of a window.</summary>
    private Region AcquireAlone(long window)
    {
        long fileLength = Math.Min(Directory.Length, Directory.Backing.Length);
        return Directory.Table.AcquireExact(Directory, Directory.Grid.StartOf(window), Directory.Grid.LengthOf(window, fileLength));
    }

    /// <summary>A region that holds a range inside the file, with a reference of the caller's.</summary>
    /// <param name="offset">The first byte.</param>
    /// <param name="length">The number of bytes.</param>
    /// <param name="forOneLease">Whether nothing else of the region will be read: under guard it is no longer then.</param>
    internal Region Acquire(long offset, int length, bool forOneLease = false)
    {
        ThrowIfDisposed();
        if (_verify) Verify(offset, length);

        long window = Directory.Grid.IndexOf(offset);
        long windowEnd = Directory.Grid.StartOf(window) + Directory.Grid.LengthOf(window, Length);
        Region region = offset + length > windowEnd || (forOneLease && Directory.Table.SharesNothing)
            ? Directory.Table.AcquireExact(Directory, offset, length)
            : Directory.Table.Acquire(Directory, window);
        if (region.Holds(offset, length) && (!_verify || IsThere(region, offset, length))) return region;

        throw Gone(region, offset, length);
    }

    private SpanLease LeaseSpanSlowly(long offset, int length)
    {
        CheckRange(offset, length);
        if (length == 0) return SpanPins.Empty;

        // A span cannot be tracked where it costs nanoseconds. Under guard it does not, and what a thread forgets is told.
        LeaseRecord? record = Manager.Options.Guard ? Manager.Tracker?.Begin("span lease", Name, new FileRange(offset, length)) : null;
        try
        {
            Region region = Acquire(offset, length, forOneLease: true);
            return SpanPins.FromReference(region, region.Bytes(offset - region.Start, length), record);
        }
        catch
        {
            record?.Dispose();
            throw;
        }
    }

    private LeasedMemory Lease(long offset, int length, string kind)
    {
        LeaseRecord? record = Manager.Tracker?.Begin(kind, Name, new FileRange(offset, length));
        try
        {
            return new LeasedMemory(Acquire(offset, length, forOneLease: true), offset, length, record);
        }
        catch
        {
            record?.Dispose();
            throw;
        }
    }

    /// <summary>Whether the pages can be touched at this moment; the system is asked where it can tell.</summary>
    private static bool IsThere(Region region, long offset, int length) =>
        region.Memory.IsCopy || Advice.Populate(region.Address + (nint)(offset - region.Start), length) != Populated.Gone;

    /// <summary>
    /// Lets a region go that was loaded when the file had become shorter than it was when it was opened, or whose pages
    /// have gone since.
    /// </summary>
    private FileChangedException Gone(Region region, long offset, int length)
    {
        // Released first: asking for the length may fail as well.
        Directory.Table.Release(region);
        return FileChangedException.Shrunk(Name, new FileRange(offset, length), Math.Min(region.End, Directory.Backing.Length));
    }

    private void Verify(long offset, int length)
    {
        long now = Directory.Backing.Length;
        if (offset + length > now) throw FileChangedException.Shrunk(Name, new FileRange(offset, length), now);
    }
}
