using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Diagnostics;
using Mmap.Spans.Files;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;

namespace Mmap.Spans;

/// <summary>
/// Holds the regions of many files within one budget. Windows are mapped when first leased; the least used idle ones
/// are evicted when there is no room. Thread-safe.
/// </summary>
/// <remarks>
/// Leases are stronger than the manager. Disposing it ends no lease, and under <see cref="OverBudget.Exceed"/> live
/// leases may hold more than the budget.
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
[DebuggerTypeProxy(typeof(MapManagerView))]
public sealed class MapManager : IDisposable, IObservedManager
{
    private readonly RegionTable _table;
    private readonly FileTable _files = new();
    private readonly HandleBudget _handles;
    private readonly RegionTelemetry _telemetry = new();
    private readonly PagePool _pages;
    private readonly BackingFactory _backings;
    private readonly FileOpener _opener;

    /// <summary>Makes a manager.</summary>
    /// <param name="options">The limits and the windows; by default the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; <c>ParamName</c> says
    /// which.</exception>
    public MapManager(MapManagerOptions? options = null)
    {
        Options = options ?? new MapManagerOptions();
        Options.Check();
        var budget = new RegionBudget(Options.MaxMappedBytes, Options.MaxCopiedBytes, Options.MaxRegions);
        _table = new RegionTable(budget, Options.OverBudget, _telemetry, Options.GuardLeases, Options.CopyWhenFull)
        {
            DescribeHolders = DescribeHolders,
        };
        _handles = new HandleBudget(Options.MaxOpenHandles);
        _pages = new PagePool(Options.MaxCopiedBytes, Options.GuardLeases);
        _backings = new BackingFactory(Options.Grid, _pages, MapEvents.Log.Unguarded);
        _opener = new FileOpener(_table, Options.Grid, _files, _handles, _backings);
        Tracker = Options.TrackLeases ? new LeaseTracker() : null;
        MapMetrics.Add(this);
    }

    /// <summary>
    /// The manager for programs that need only one, with the default options. Its disposal does nothing. For another
    /// budget, make a manager.
    /// </summary>
    public static MapManager Shared { get; } = new();

    /// <summary>The options of this manager.</summary>
    public MapManagerOptions Options { get; }

    /// <summary>True after <see cref="Dispose"/>.</summary>
    internal bool IsDisposed => _files.IsClosed;

    /// <summary>A wrapper that tests put around each backing.</summary>
    internal Func<IBacking, IBacking>? WrapBacking { init => _backings.Wrap = value; }

    /// <summary>The record of heap leases; null without <see cref="MapManagerOptions.TrackLeases"/>.</summary>
    internal LeaseTracker? Tracker { get; }

    /// <summary>The table of regions.</summary>
    internal RegionTable Table => _table;

    /// <summary>The open files.</summary>
    internal FileTable Files => _files;

    /// <summary>The pages of copies.</summary>
    internal PagePool Pages => _pages;

    bool IObservedManager.IsDisposed => IsDisposed;

    object IObservedManager.Options => Options;

    int IObservedManager.MaxOpenHandles => Options.MaxOpenHandles;

    RegionTable IObservedManager.Table => _table;

    LeaseTracker? IObservedManager.Tracker => Tracker;

    // Takes no lock: a debugger may evaluate it while another thread is stopped inside one.
    private string DebuggerText =>
        $"{_table.Budget.Mapped.Charged} of {Amount.Bytes(_table.Budget.Mapped.Max)} mapped and "
        + $"{_table.Budget.Copied.Charged} of {_table.Budget.Copied.Max} copied in "
        + $"{new Amount(_table.Budget.Regions, "region")}"
        + (IsDisposed ? ", disposed" : "");

    /// <summary>Opens a file for reading. Other programs can still write, rename and delete it.</summary>
    /// <remarks>
    /// On Linux and macOS this call takes no lock and ignores locks. Another program can lock the file for itself
    /// (<see cref="FileShare.None"/>, <c>flock</c>), before this call or after it. The two programs must then agree on
    /// its contents. (On other Unix systems, and in a 32-bit process, the framework opens the file and takes its shared
    /// <c>flock</c>.) On Windows other programs may read, write, rename and delete the file. While it is open here, a
    /// program that wants it for itself is refused. While such a program has it open, this call is refused. A mapped
    /// file cannot be truncated on Windows. This call never blocks; a file that makes its reader wait, such as a pipe,
    /// is refused. Openers of one file share its regions if they use the same <see cref="Backing"/> and
    /// <see cref="AccessPattern"/>.
    /// </remarks>
    /// <param name="path">The path, absolute or relative to the current folder.</param>
    /// <param name="options">The options; by default the defaults.</param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="NotSupportedException">The file is a pipe, a socket or a device.</exception>
    /// <exception cref="ObjectDisposedException">The manager is disposed.</exception>
    public MappedFile Open(string path, MappedFileOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options = Check(options);
        string fullPath = Path.GetFullPath(path);
        return MakeFile(_opener.Open(fullPath, options), fullPath, options);
    }

    /// <summary>
    /// Opens a file by its handle. The file keeps its own reference on it, so the caller may dispose the handle.
    /// </summary>
    /// <param name="handle">A handle that can be read at any position.</param>
    /// <param name="options">The options; by default the defaults.</param>
    /// <exception cref="ArgumentException">The handle is not valid.</exception>
    /// <exception cref="UnauthorizedAccessException">The handle is not open for reading.</exception>
    /// <exception cref="NotSupportedException">The file is a pipe, a socket or a device.</exception>
    /// <exception cref="ObjectDisposedException">The manager or the handle is disposed.</exception>
    public MappedFile Open(SafeFileHandle handle, MappedFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handle);
        options = Check(options);
        if (handle.IsInvalid) throw new ArgumentException("The handle is not valid.", nameof(handle));
        return MakeFile(_opener.Open(handle, options), null, options);
    }

    /// <summary>Opens a file as a stream that owns it: disposing the stream closes the file.</summary>
    /// <remarks>See <see cref="Open(string, MappedFileOptions?)"/> for the file and <see cref="MappedFile.OpenStream"/>
    /// for the stream.</remarks>
    /// <inheritdoc cref="Open(string, MappedFileOptions?)"/>
    public Stream OpenStream(string path, MappedFileOptions? options = null)
    {
        // The stream is an opener of its own.
        using MappedFile file = Open(path, options);
        return file.OpenStream();
    }

    /// <summary>Opens a file as a pipe reader that owns it: completing the reader closes the file.</summary>
    /// <remarks>See <see cref="Open(string, MappedFileOptions?)"/> for the file and
    /// <see cref="MappedFile.CreatePipeReader"/> for the reader.</remarks>
    /// <param name="path">The path, absolute or relative to the current folder.</param>
    /// <param name="options">The options for opening; by default the defaults.</param>
    /// <param name="readerOptions">The range and the read-ahead; by default the whole file.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file, or an option is out of
    /// range.</exception>
    /// <inheritdoc cref="Open(string, MappedFileOptions?)"/>
    public PipeReader OpenPipeReader(
        string path, MappedFileOptions? options = null, MappedPipeReaderOptions? readerOptions = null)
    {
        using MappedFile file = Open(path, options);
        return file.CreatePipeReader(readerOptions);
    }

    /// <summary>
    /// Unmaps every region that no lease holds, and returns kept pages of copies to the system. smmap's <c>collect</c>.
    /// </summary>
    /// <returns>The number of regions unmapped.</returns>
    public int Trim()
    {
        int dropped = _table.Trim();
        _pages.Drain();
        _table.Copies?.Drain();
        return dropped;
    }

    /// <summary>
    /// Unmaps the idle regions and closes the handles of a file, or of all files below a folder. The files can then be
    /// deleted or replaced where the system would otherwise refuse. They stay open here, and reopen their handle when
    /// next used.
    /// </summary>
    /// <param name="pathPrefix">The file or the folder, absolute or relative to the current folder. <c>log</c> does not
    /// match <c>log.1</c>.</param>
    /// <returns>The released regions and handles, and the files that something still holds. A leased region is unmapped
    /// when its last lease ends. A file in a stream or a pipe reader that shows no window is named, too: the next read
    /// opens it again.</returns>
    public ReleaseReport Release(string pathPrefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(pathPrefix);
        // The framework's error would name a parameter that this method lacks.
        if (pathPrefix.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A path has no null character.", nameof(pathPrefix));
        var scope = new PathScope(pathPrefix);
        int dropped = 0, closed = 0;
        var held = new Dictionary<string, HeldFile>();
        var released = new HashSet<RegionDirectory>();
        foreach (FileEntry file in _files.Snapshot())
        {
            if (!file.Handle.IsIn(scope)) continue;
            released.Add(file.Directory);
            dropped += _table.CloseNow(file.Directory.Empty());
            if (file.Handle.CloseForNow()) closed++;
            int streams = _files.StreamsOf(file);
            if (streams > 0 || !file.Handle.OwnsHandle) Add(file.Handle.Name, 0, streams);
        }

        foreach (Region region in _table.Detached())
        {
            string name = region.Directory.Name;
            if (!released.Contains(region.Directory) && !scope.Holds(name)) continue;
            Add(name, PinsOf(region), 0);
        }

        return new ReleaseReport
        {
            RegionsDropped = dropped,
            HandlesClosed = closed,
            Held = [.. held.Values],
        };

        void Add(string name, int leases, int streams)
        {
            HeldFile before = held.GetValueOrDefault(name) ?? new HeldFile(name, 0);
            held[name] = before with { LiveLeases = before.LiveLeases + leases, Streams = before.Streams + streams };
        }
    }

    /// <summary>Returns the manager's present state and its counters.</summary>
    public MapStatistics GetStatistics()
    {
        List<FileEntry> files = _files.Snapshot();
        List<Region> regions = LiveRegions(files);
        RegionBudget budget = _table.Budget;
        return new MapStatistics
        {
            MappedBytes = budget.Mapped.Charged,
            PeakMappedBytes = budget.Mapped.Peak,
            CopiedBytes = budget.Copied.Charged,
            PeakCopiedBytes = budget.Copied.Peak,
            Regions = budget.Regions,
            PeakRegions = budget.PeakRegions,
            RegionsOverBudget = OverBudget(regions, copied: false) + OverBudget(regions, copied: true),
            OpenFiles = files.Count,
            OpenHandles = _handles.Open,
            LiveHeapLeases = regions.Sum(region => region.State.References) + (_table.Copies?.LiveOnHeap ?? 0),
            Maps = _telemetry.Maps,
            Evictions = _telemetry.Evictions,
            Misses = _telemetry.Misses,
            MapFailuresRetried = _telemetry.Retries,
            FallbacksToCopy = _telemetry.Fallbacks,
            Copies = _telemetry.Copies,
            Admissions = _telemetry.Admissions,
            SpanCopyBytes = SpanBuffer.ProcessBytes,
            UnreadableRegions = _telemetry.Unreadables,
            HintsRefused = Advice.Refused,
            AbandonedSpanLeases = HazardSlots.AbandonedSlots,
        };
    }

    /// <summary>
    /// Returns the table as text, to find the files that hold memory. It has the totals with their limits, the files
    /// that hold most, and every region with its range, pins, age and use. If
    /// <see cref="MapManagerOptions.TrackLeases"/> is set, it also says where leases were taken. For people: the format
    /// may change.
    /// </summary>
    public string Dump() => TableDump.Write(this);

    /// <summary>
    /// Refuses new leases from now on. Outstanding leases stay valid; a region is unmapped when its last lease ends. On
    /// <see cref="Shared"/> this does nothing, because a container that has it as a service may dispose it.
    /// </summary>
    public void Dispose()
    {
        if (ReferenceEquals(this, Shared) || !_files.Close()) return;
        _pages.Close();
        _table.Copies?.Close();
        Tracker?.RaiseUndisposed();
    }

    List<FileEntry> IObservedManager.Files() => _files.Snapshot();

    /// <summary>
    /// The leases of a detached region. Span leases are uncounted, so it is at least 1; after a failed unmap it is 0.
    /// </summary>
    private static int PinsOf(Region region) => region.State.IsRetired ? 0 : (int)Math.Max(region.State.References, 1);

    /// <summary>
    /// The number of pinned regions of a kind beyond its budget. At rest nothing else exceeds it: idle ones are
    /// evicted.
    /// </summary>
    private int OverBudget(List<Region> regions, bool copied)
    {
        ByteBudget budget = copied ? _table.Budget.Copied : _table.Budget.Mapped;
        long excess = budget.Charged - budget.Max;
        int count = 0;
        foreach (Region region in regions)
        {
            if (excess <= 0) break;
            // The word does not count span leases. A region without any use would have been evicted.
            if (region.IsCopied != copied) continue;
            excess -= region.ChargedBytes;
            count++;
        }

        return count;
    }

    private MappedFile MakeFile(FileEntry entry, string? path, MappedFileOptions options)
    {
        IDisposable? record = Tracker?.Begin("file", entry.Handle.Name, default);
        return new MappedFile(this, new FileUse(_files, entry, path, options.Verify, record));
    }

    private MappedFileOptions Check(MappedFileOptions? options)
    {
        if (IsDisposed) throw new ObjectDisposedException(nameof(MapManager), "The manager is disposed.");
        options ??= MappedFileOptions.Default;
        options.Check();
        return options;
    }

    private List<Region> LiveRegions(List<FileEntry> files) =>
    [
        .. files.SelectMany(file => file.Directory.Snapshot()).Concat(_table.Detached()).Distinct()
            .Where(region => region.State.IsLive || region.State.IsRetiring),
    ];

    /// <summary>Sentences about what holds a full budget.</summary>
    /// <param name="copied">The kind of the regions in question; null if the number of all regions is.</param>
    private string DescribeHolders(bool? copied)
    {
        List<Region> regions = LiveRegions(_files.Snapshot());
        if (copied is { } kind) regions.RemoveAll(region => region.IsCopied != kind);
        long copies = copied == false ? 0 : _table.Copies?.LiveOnHeap ?? 0;
        return new BudgetHolders(regions, copies, Tracker is not null).Describe();
    }
}
