using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Diagnostics;
using Mmap.Spans.Files;
using Mmap.Spans.Memory;
using Mmap.Spans.Regions;

namespace Mmap.Spans;

/// <summary>
/// Holds the regions of many files under one budget: windows are mapped when first leased, and the least used idle ones
/// are dropped when there is no room. Thread-safe.
/// </summary>
/// <remarks>
/// Leases are stronger than the manager: disposing it ends no lease, and under <see cref="OverBudget.Exceed"/> live
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
    private int _disposed;

    /// <summary>Makes a manager.</summary>
    /// <param name="options">What it may hold; the defaults unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option cannot be; the exception names it.</exception>
    public MapManager(MapManagerOptions? options = null)
    {
        Options = options ?? new MapManagerOptions();
        Options.Check();
        var budget = new RegionBudget(Options.MaxMappedBytes, Options.MaxCopiedBytes, Options.MaxRegions);
        _table = new RegionTable(budget, Options.OverBudget, _telemetry, Options.GuardLeases, Options.CopyWhenFull)
        {
            DescribeLargestHolder = DescribeLargestHolder,
        };
        _handles = new HandleBudget(Options.MaxOpenHandles);
        _pages = new PagePool(Options.MaxCopiedBytes, Options.GuardLeases);
        _backings = new BackingFactory(Options.Grid, _pages, MapEvents.Log.Unguarded);
        _opener = new FileOpener(_table, Options.Grid, _files, _handles, _backings);
        Tracker = Options.TrackLeases ? new LeaseTracker() : null;
        MapMetrics.Add(this);
    }

    /// <summary>
    /// The manager for programs that need only one, with the default options. To dispose it does nothing. Who wants
    /// another budget makes a manager.
    /// </summary>
    public static MapManager Shared { get; } = new();

    /// <summary>What this manager may hold.</summary>
    public MapManagerOptions Options { get; }

    /// <summary>Whether it is disposed.</summary>
    // Order: acquire. Stale: the files' directories and handles refuse as well.
    internal bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    /// <summary>What tests put between a file and the system.</summary>
    internal Func<IBacking, IBacking>? WrapBacking { init => _backings.Wrap = value; }

    /// <summary>Where heap leases are remembered, if they are.</summary>
    internal LeaseTracker? Tracker { get; }

    /// <summary>The regions.</summary>
    internal RegionTable Table => _table;

    /// <summary>The pages of copies.</summary>
    internal PagePool Pages => _pages;

    bool IObservedManager.IsDisposed => IsDisposed;

    object IObservedManager.Options => Options;

    int IObservedManager.MaxOpenHandles => Options.MaxOpenHandles;

    RegionTable IObservedManager.Table => _table;

    LeaseTracker? IObservedManager.Tracker => Tracker;

    // No lock is taken for it: a debugger may ask while another thread stands still inside one.
    private string DebuggerText =>
        $"{_table.Budget.Mapped.Charged} of {_table.Budget.Mapped.Max} bytes mapped and {_table.Budget.Copied.Charged} of {_table.Budget.Copied.Max} copied in {_table.Budget.Regions} regions{(IsDisposed ? ", disposed" : "")}";

    /// <summary>Opens a file for reading. It stops nobody from writing, renaming or deleting the file.</summary>
    /// <remarks>
    /// On Linux and macOS no lock is taken and none is asked for: who wants the file for itself (<see
    /// cref="FileShare.None"/>, <c>flock</c>) gets it, and a file that another program has for itself can be opened.
    /// Whether its bytes make sense at that moment is between the two programs. (On other Unix systems, and in a
    /// process of 32 bits, the framework opens the file and takes its shared <c>flock</c>.) On Windows the handle lets
    /// others read, write, rename and delete, a program that wants the file for itself is refused while it is open, and
    /// so is this call in the other case; a file that is mapped there cannot be cut. To open never waits, and what
    /// makes a reader wait is refused as a pipe is. Openers of one file share its regions if they ask for the same
    /// <see cref="Backing"/> and <see cref="AccessPattern"/>.
    /// </remarks>
    /// <param name="path">Absolute, or relative to the current folder.</param>
    /// <param name="options">How; the defaults unless given.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    /// <exception cref="NotSupportedException">It is a pipe, a socket or a device.</exception>
    /// <exception cref="ObjectDisposedException">The manager is disposed.</exception>
    public MappedFile Open(string path, MappedFileOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options = Check(options);
        string fullPath = Path.GetFullPath(path);
        return MakeFile(_opener.Open(fullPath, options), fullPath, options);
    }

    /// <summary>Opens a file by its handle. A reference of our own is kept on it, so the caller may dispose it.</summary>
    /// <param name="handle">A handle that can be read at any position.</param>
    /// <param name="options">How; the defaults unless given.</param>
    /// <exception cref="ArgumentException">The handle is not valid.</exception>
    /// <exception cref="UnauthorizedAccessException">It is not open for reading.</exception>
    /// <exception cref="NotSupportedException">It is a pipe, a socket or a device.</exception>
    /// <exception cref="ObjectDisposedException">The manager is disposed, or the handle is.</exception>
    public MappedFile Open(SafeFileHandle handle, MappedFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handle);
        options = Check(options);
        if (handle.IsInvalid) throw new ArgumentException("The handle is not valid.", nameof(handle));
        return MakeFile(_opener.Open(handle, options), null, options);
    }

    /// <summary>Opens a file as a stream that owns it: when the stream is disposed, the file is closed.</summary>
    /// <remarks>As <see cref="Open(string, MappedFileOptions?)"/> and <see cref="MappedFile.OpenStream"/>, which says
    /// what the stream does.</remarks>
    /// <inheritdoc cref="Open(string, MappedFileOptions?)"/>
    public Stream OpenStream(string path, MappedFileOptions? options = null)
    {
        // The stream is an opener itself.
        using MappedFile file = Open(path, options);
        return file.OpenStream();
    }

    /// <summary>Opens a file as a pipe reader that owns it: when the reader is completed, the file is closed.</summary>
    /// <remarks>As <see cref="Open(string, MappedFileOptions?)"/> and <see cref="MappedFile.CreatePipeReader"/>, which
    /// says what the reader does.</remarks>
    /// <param name="path">Absolute, or relative to the current folder.</param>
    /// <param name="options">How it is opened; the defaults unless given.</param>
    /// <param name="readerOptions">Which range, and how it is read; the whole file unless given.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the file, or an option cannot
    /// be.</exception>
    /// <inheritdoc cref="Open(string, MappedFileOptions?)"/>
    public PipeReader OpenPipeReader(
        string path, MappedFileOptions? options = null, MappedPipeReaderOptions? readerOptions = null)
    {
        using MappedFile file = Open(path, options);
        return file.CreatePipeReader(readerOptions);
    }

    /// <summary>
    /// Drops every region that no lease holds, and gives the pages of copies that wait to be used again back to the
    /// system. smmap's <c>collect</c>.
    /// </summary>
    /// <returns>How many were dropped.</returns>
    public int Trim()
    {
        int dropped = _table.Trim();
        _pages.Drain();
        _table.Copies?.Drain();
        return dropped;
    }

    /// <summary>
    /// Drops the regions and closes the handles of a file, or of all files below a folder, so that they can be deleted
    /// or replaced where the system would otherwise refuse. Files stay open and are opened again when next used.
    /// </summary>
    /// <param name="pathPrefix">The file or the folder, absolute or relative to the current folder; <c>log</c> does not
    /// mean <c>log.1</c>.</param>
    /// <returns>What was dropped, and which files leases still hold; those regions go with their last lease.</returns>
    public ReleaseReport Release(string pathPrefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(pathPrefix);
        var scope = new PathScope(pathPrefix);
        int dropped = 0, closed = 0;
        var held = new Dictionary<string, int>();
        var released = new HashSet<RegionDirectory>();
        foreach (FileEntry file in _files.Snapshot())
        {
            if (!file.Handle.IsIn(scope)) continue;
            released.Add(file.Directory);
            dropped += _table.CloseNow(file.Directory.Empty());
            if (file.Handle.CloseForNow()) closed++;
            else if (!file.Handle.OwnsHandle) held[file.Handle.Name] = 0;
        }

        foreach (Region region in _table.Detached())
        {
            string name = region.Directory.Name;
            if (!released.Contains(region.Directory) && !scope.Holds(name)) continue;
            held[name] = held.GetValueOrDefault(name) + PinsOf(region);
        }

        return new ReleaseReport
        {
            RegionsDropped = dropped,
            HandlesClosed = closed,
            Held = [.. held.Select(file => new HeldFile(file.Key, file.Value))],
        };
    }

    /// <summary>What the manager holds and has done.</summary>
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
    /// The table as text, for the question who holds the memory: totals beside their limits, the files that hold most
    /// first, where their leases were taken if <see cref="MapManagerOptions.TrackLeases"/> is on, and every region with
    /// its range, pins, age and use. For people: the form may change.
    /// </summary>
    public string Dump() => TableDump.Write(this);

    /// <summary>
    /// Refuses new leases from now on. Outstanding ones stay valid; each region goes with its last lease. Of <see
    /// cref="Shared"/> it does nothing: a container that made a service of it may dispose it.
    /// </summary>
    public void Dispose()
    {
        if (ReferenceEquals(this, Shared)) return;
        // Order: full; one caller goes on.
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _files.Close();
        _pages.Close();
        _table.Copies?.Close();
        Tracker?.ReportLive();
    }

    List<FileEntry> IObservedManager.Files() => _files.Snapshot();

    /// <summary>Adds an opener to a file that is open.</summary>
    /// <exception cref="ObjectDisposedException">The manager is disposed, or the last opener has just gone.</exception>
    internal void Join(FileEntry entry, string? path) => _files.Join(entry, path);

    /// <summary>Ends one opener's use of a file.</summary>
    internal void Close(FileEntry entry, string? path) => _files.Leave(entry, path);

    /// <summary>
    /// The leases of a detached region. Span leases are uncounted, so it is at least 1; after a failed unmap it is 0.
    /// </summary>
    private static int PinsOf(Region region) => region.State.IsRetired ? 0 : (int)Math.Max(region.State.References, 1);

    /// <summary>How many of the pinned regions of a kind are over its budget. At rest nothing else is: idle ones are dropped.</summary>
    private int OverBudget(List<Region> regions, bool copied)
    {
        ByteBudget budget = copied ? _table.Budget.Copied : _table.Budget.Mapped;
        long excess = budget.Charged - budget.Max;
        int count = 0;
        foreach (Region region in regions)
        {
            if (excess <= 0) break;
            // Span leases are not counted in the word; what is in no use would have been dropped.
            if (region.IsCopied != copied) continue;
            excess -= region.ChargedBytes;
            count++;
        }

        return count;
    }

    private MappedFile MakeFile(FileEntry entry, string? path, MappedFileOptions options) =>
        new(this, entry, path, options.Verify, Tracker?.Begin("file", entry.Handle.Name, default));

    private MappedFileOptions Check(MappedFileOptions? options)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        options ??= MappedFileOptions.Default;
        options.Check();
        return options;
    }

    private List<Region> LiveRegions(List<FileEntry> files) =>
        [.. files.SelectMany(file => file.Directory.Snapshot()).Concat(_table.Detached()).Distinct().Where(region => region.State.IsLive || region.State.IsRetiring)];

    /// <summary>A sentence for the error that says that there is no room.</summary>
    private string DescribeLargestHolder()
    {
        List<Region> regions = LiveRegions(_files.Snapshot());
        var most = regions
            .Where(region => region.State.References > 0)
            .GroupBy(region => region.Directory.Name)
            .Select(file => (Name: file.Key, Bytes: file.Sum(region => region.ChargedBytes), Regions: file.Count()))
            .OrderByDescending(file => file.Bytes)
            .FirstOrDefault();
        string byReferences = most.Name is null
            ? ""
            : $"Most is held by '{most.Name}': {most.Bytes} bytes in {most.Regions} regions. ";

        var pinned = new List<long>();
        HazardSlots.Fence();
        HazardSlots.Scan(pinned);
        int bySpans = regions.Count(region => pinned.Contains(region.Id));
        return bySpans == 0
            ? byReferences
            : $"{byReferences}Span leases hold {bySpans} of the regions: end them with 'using'. "
              + "MapManagerOptions.GuardLeases with TrackLeases tells where they were taken.";
    }
}
