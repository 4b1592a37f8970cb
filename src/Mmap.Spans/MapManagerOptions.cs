using System.Diagnostics;
using System.Numerics;
using Mmap.Spans.Geometry;
using Mmap.Spans.Memory;

namespace Mmap.Spans;

/// <summary>What a <see cref="MapManager"/> may hold, and how its windows lie. Checked when the manager is made.</summary>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed record MapManagerOptions
{
    /// <summary>The value of <see cref="WindowSize"/> for windows as long as a span can be (2 GiB less one page).</summary>
    public const long WholeFile = 0;

    private const int Mebibyte = 1 << 20;

    private readonly int? _overlap;
    private readonly long? _maxMappedBytes;
    private readonly long? _maxCopiedBytes;

    /// <summary>
    /// Bytes from the start of one window to the start of the next: a power of two, at least the system's allocation
    /// granularity (the page; 64 KiB on Windows) and at most 1 GiB, or <see cref="WholeFile"/>. 16 MiB unless set, 4 MiB
    /// in a 32-bit process.
    /// </summary>
    public long WindowSize { get; init; } = Environment.Is64BitProcess ? 16 * Mebibyte : 4 * Mebibyte;

    /// <summary>
    /// Bytes of the next window that every region also covers: every lease of at most this length is contiguous from
    /// the shared windows. Unless set the smaller of 1 MiB and a sixteenth of <see cref="WindowSize"/>, at least a page;
    /// at most <see cref="WindowSize"/>.
    /// </summary>
    public int Overlap
    {
        get => _overlap ?? (WindowSize == WholeFile
            ? Mebibyte
            : (int)Math.Clamp(WindowSize / 16, Math.Min(Math.Max(WindowSize, 0), Environment.SystemPageSize), Mebibyte));
        init => _overlap = value;
    }

    /// <summary>
    /// Bytes of files that mappings may hold together: the step of each window, and all of a range mapped for one lease. At
    /// least one window. Unless set four times the memory that the runtime may use
    /// (<see cref="GCMemoryInfo.TotalAvailableMemoryBytes"/>, which knows containers), from 8 GiB to 256 GiB, but no more than a
    /// quarter of the limit of address space; 1 GiB in a 32-bit process.
    /// </summary>
    /// <remarks>
    /// Mapped pages are the system's cache, which it takes back when it needs memory; they cost page tables (1/512 of what
    /// was touched) and show in the process's resident size. The last window of a file that was seen to grow is mapped for
    /// all that it can become, and charged for that.
    /// </remarks>
    public long MaxMappedBytes
    {
        get => _maxMappedBytes ?? DefaultMappedBytes();
        init => _maxMappedBytes = value;
    }

    /// <summary>
    /// Bytes of memory that copies may hold together: <see cref="Backing.Copy"/>, small files, and files whose mapping is
    /// refused. Unless set a quarter of the memory that the runtime may use, at most <see cref="MaxMappedBytes"/> and at least
    /// one window with its overlap. A whole window that is more than a smaller one goes over it, or is refused, as
    /// <see cref="OverBudget"/> says.
    /// </summary>
    public long MaxCopiedBytes
    {
        get => _maxCopiedBytes ?? DefaultCopiedBytes();
        init => _maxCopiedBytes = value;
    }

    /// <summary>
    /// Whether a lease of at most 64 KiB whose window is not in memory is read and not mapped when the table is full
    /// (the window would go over <see cref="MaxMappedBytes"/> or <see cref="MaxRegions"/>), until the window has earned
    /// its place; and one that crosses a window's edge where the overlap does not cover it. On unless turned off. Under
    /// <see cref="Backing.Auto"/> and <see cref="Backing.TruncationSafe"/>; not with <see cref="GuardLeases"/>.
    /// </summary>
    /// <remarks>
    /// A read costs a tenth of a mapping. Such a lease shows the bytes as they were when it was taken. Those of a span
    /// are in memory of its thread, half a mebibyte at most, which is charged to nobody; those of a memory lease are
    /// charged to <see cref="MaxCopiedBytes"/> while it lasts. A thread that reads near its last read, or in order, has
    /// its windows mapped at once. Cursors, buffers that move, sequences, streams and readers always map.
    /// <see cref="OverBudget.Fail"/> and <see cref="MaxRegions"/> refuse such a lease too where live leases hold all.
    /// </remarks>
    public bool CopyWhenFull { get; init; } = true;

    /// <summary>
    /// How many regions there may be, whatever <see cref="OverBudget"/> says: a process that reaches the system's limit
    /// of mappings dies. A quarter of <c>vm.max_map_count</c> unless set, at most 16,384.
    /// </summary>
    public int MaxRegions { get; init; } = Math.Min(SystemLimits.MaxMappings / 4, 16_384);

    /// <summary>How many file handles may be open. A quarter of the process's limit unless set, at most 1,024.</summary>
    /// <remarks>
    /// With more files than that, the handle not used for longest is closed and opened again when the file is next
    /// needed: by its name, or by the one that it was renamed to if that is in the same folder. The handle of a file
    /// that has no name any more is never closed for another file, and may make more than this number. A file that is
    /// deleted, or renamed to another folder, while its handle is closed can only be read as far as it is in memory;
    /// then
    /// <see cref="FileChangedException"/> names this limit.
    /// </remarks>
    public int MaxOpenHandles { get; init; } = Math.Clamp(SystemLimits.MaxHandles / 4, 1, 1_024);

    /// <summary>What happens when live leases hold all of <see cref="MaxMappedBytes"/>.</summary>
    public OverBudget OverBudget { get; init; }

    /// <summary>
    /// Whether each heap lease remembers where it was taken, and each file, cursor, buffer, stream and reader where it
    /// was made, so that those never disposed can be found. For finding
    /// leaks, not for production: each lease then costs microseconds and kilobytes. Span leases, which are too cheap for
    /// it, are remembered only together with <see cref="GuardLeases"/>.
    /// </summary>
    public bool TrackLeases { get; init; }

    /// <summary>
    /// Whether every lease gets a mapping or a copy of its own, which is unmapped the moment the lease ends, and whose
    /// addresses stay unreadable: a span used after its lease then faults at once, every time, instead of reading other
    /// bytes now and then. For the tests of programs that use the library: a lease costs microseconds, and a fault ends
    /// the process. The latest 4,096 ranges stay unreadable, up to 16 GiB of address space (128 MiB in a 32-bit
    /// process) and no memory; they are given up when the system has no room for a load.
    /// </summary>
    public bool GuardLeases { get; init; }

    private string DebuggerText =>
        $"{MaxMappedBytes} bytes mapped and {MaxCopiedBytes} copied in {MaxRegions} regions, windows of {(WindowSize == WholeFile ? "the whole file" : WindowSize)} and {Overlap} bytes";

    /// <summary>The grid that these options describe.</summary>
    internal WindowGrid Grid => WindowSize == WholeFile
        ? WindowGrid.WholeFile(Overlap, SystemLimits.AllocationGranularity)
        : WindowGrid.Of(WindowSize, Overlap);

    /// <summary>Refuses what cannot be, before anything is made.</summary>
    internal void Check()
    {
        int least = SystemLimits.AllocationGranularity;
        if (WindowSize != WholeFile && (WindowSize < least || WindowSize > 1 << 30 || !BitOperations.IsPow2(WindowSize)))
            throw FileRange.Refused(nameof(WindowSize), WindowSize, $"A window is a power of two from {least} bytes to 1 GiB, or MapManagerOptions.WholeFile.");

        long longest = WindowSize == WholeFile ? 1 << 30 : Math.Min(WindowSize, WindowGrid.LongestRegionBytes - WindowSize);
        if (Overlap < 0 || Overlap > longest)
            throw FileRange.Refused(nameof(Overlap), Overlap, $"An overlap is from 0 to {longest} bytes with windows of {WindowSize} bytes.");

        if (MaxMappedBytes <= 0) throw AtLeastOne(nameof(MaxMappedBytes), MaxMappedBytes);
        if (MaxMappedBytes < WindowSize)
            throw FileRange.Refused(nameof(MaxMappedBytes), MaxMappedBytes, $"A budget of {MaxMappedBytes} bytes is less than one window of {WindowSize} bytes; choose a smaller WindowSize.");
        if (MaxCopiedBytes <= 0) throw AtLeastOne(nameof(MaxCopiedBytes), MaxCopiedBytes);
        if (MaxRegions <= 0) throw AtLeastOne(nameof(MaxRegions), MaxRegions);
        if (MaxOpenHandles <= 0) throw AtLeastOne(nameof(MaxOpenHandles), MaxOpenHandles);
        if (!Enum.IsDefined(OverBudget)) throw FileRange.Refused(nameof(OverBudget), (int)OverBudget, "It is Exceed or Fail.");
    }

    private long DefaultMappedBytes()
    {
        const long Gibibyte = 1L << 30;
        if (!Environment.Is64BitProcess) return Gibibyte;

        long bytes = Math.Clamp(4 * AvailableBytes, 8 * Gibibyte, 256 * Gibibyte);
        return Math.Max(Math.Min(bytes, SystemLimits.AddressSpaceBytes / 4), WindowSize);
    }

    private long DefaultCopiedBytes() =>
        Math.Max(Math.Min(AvailableBytes / 4, MaxMappedBytes), WindowSize == WholeFile ? 1 : WindowSize + Overlap);

    private static long AvailableBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    private static ArgumentOutOfRangeException AtLeastOne(string name, long value) =>
        FileRange.Refused(name, value, $"{name} is at least 1.");
}
