using System.Diagnostics;
using System.Numerics;
using Mmap.Spans.Geometry;
using Mmap.Spans.Memory;

namespace Mmap.Spans;

/// <summary>The limits and the windows of a <see cref="MapManager"/>. Checked when the manager is made.</summary>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed record MapManagerOptions
{
    /// <summary>
    /// The value of <see cref="WindowSize"/> for windows as long as a span can be (2 GiB less one page).
    /// </summary>
    public const long WholeFile = 0;

    private const int Mebibyte = 1 << 20;

    private readonly int? _overlap;
    private readonly long? _maxMappedBytes;
    private readonly long? _maxCopiedBytes;

    /// <summary>
    /// Bytes from the start of one window to the start of the next; or <see cref="WholeFile"/>. A power of two, at
    /// least the system's allocation granularity (the page; 64 KiB on Windows) and at most 1 GiB. Default: 16 MiB; in a
    /// 32-bit process 4 MiB.
    /// </summary>
    public long WindowSize { get; init; } = Environment.Is64BitProcess ? 16 * Mebibyte : 4 * Mebibyte;

    /// <summary>
    /// Bytes of the next window that every region also covers. A lease of at most this length is contiguous in the
    /// shared windows. A mapping is not charged for it, a copy is. Default: the smaller of 1 MiB and a sixteenth of
    /// <see cref="WindowSize"/>, at least a page. At most <see cref="WindowSize"/>, and with it at most 2 GiB less one
    /// page. With <see cref="WholeFile"/> the default is 1 MiB and the maximum 1 GiB.
    /// </summary>
    public int Overlap
    {
        get => _overlap ?? (WindowSize == WholeFile ? Mebibyte : DefaultOverlap());
        init => _overlap = value;
    }

    /// <summary>
    /// Maximum bytes of files in mappings. Each window is charged <see cref="WindowSize"/>, or the rest of the file if
    /// that is less. A range mapped for one lease is charged all its bytes. At least one window. Default: four times
    /// the memory that the runtime may use (<see cref="GCMemoryInfo.TotalAvailableMemoryBytes"/>, which respects
    /// containers), from 8 GiB to 256 GiB. If the process has a limit of address space, the default is at most a
    /// quarter of it. In a 32-bit process it is 1 GiB.
    /// </summary>
    /// <remarks>
    /// <para>The <see cref="Overlap"/> is not charged, because its pages are the next window's. So the mappings that
    /// the system reports may be larger by <see cref="Overlap"/> / <see cref="WindowSize"/>, by default 1/16.</para>
    /// <para>A load that finds no room waits for evictions under way, never for a lease to end. So have room for as
    /// many windows as leases are held at once over all threads; otherwise <see cref="OverBudget"/> decides. A short
    /// lease may be read instead; see <see cref="CopyWhenFull"/>.</para>
    /// <para>Mapped pages belong to the system's cache, which reclaims them when it needs memory. They cost page tables
    /// (1/512 of the touched bytes) and show in the process's resident size. The last window of a file that was seen to
    /// grow is mapped at its full possible length, and charged for that.</para>
    /// </remarks>
    public long MaxMappedBytes
    {
        get => _maxMappedBytes ?? DefaultMappedBytes();
        init => _maxMappedBytes = value;
    }

    /// <summary>
    /// Maximum bytes of memory in copies, each charged all its bytes: <see cref="Backing.Copy"/>, small files, and
    /// files whose mapping is refused. Default: a quarter of the memory that the runtime may use, at most
    /// <see cref="MaxMappedBytes"/> and at least one window with its overlap. If a whole window is larger than the
    /// maximum, <see cref="OverBudget"/> decides: the window exceeds the maximum, or is refused.
    /// </summary>
    public long MaxCopiedBytes
    {
        get => _maxCopiedBytes ?? DefaultCopiedBytes();
        init => _maxCopiedBytes = value;
    }

    /// <summary>
    /// True (the default) to read short leases in a full table instead of mapping them, until their window has earned
    /// its place. Short leases have at most 64 KiB. The table is full for a window that is not in memory and would
    /// exceed <see cref="MaxMappedBytes"/> or <see cref="MaxRegions"/>. A short lease across a window's edge that the
    /// overlap does not cover is read as well. Under <see cref="Backing.Auto"/> and
    /// <see cref="Backing.TruncationSafe"/>; not with <see cref="GuardLeases"/>.
    /// </summary>
    /// <remarks>
    /// A read costs a tenth of a mapping. Such a lease shows the bytes as they were when it was taken. The bytes of a
    /// span lease are in memory of its thread, at most half a mebibyte, which is not charged. The bytes of a memory
    /// lease are charged to <see cref="MaxCopiedBytes"/> while it lasts. If a thread reads in order, or several times
    /// near its last read, its windows are mapped at once. Cursors, sequences, streams and pipe readers always map, as
    /// does a buffer that copies. If live leases hold everything, <see cref="OverBudget.Fail"/> and
    /// <see cref="MaxRegions"/> refuse such a lease, too.
    /// </remarks>
    public bool CopyWhenFull { get; init; } = true;

    /// <summary>
    /// Maximum number of regions, whatever <see cref="OverBudget"/> says, because a process at the system's limit of
    /// mappings dies. Default: a quarter of <c>vm.max_map_count</c>, at most 16,384.
    /// </summary>
    public int MaxRegions { get; init; } = Math.Min(SystemLimits.MaxMappings / 4, 16_384);

    /// <summary>
    /// Maximum number of open file handles. Default: a quarter of the process's limit, at most 1,024.
    /// </summary>
    /// <remarks>
    /// If more files are open, the handle unused for longest is closed. It is reopened when its file is next needed, by
    /// the file's name, or by its new name in the same folder. The handle of a deleted file is never closed for another
    /// one, and may exceed this number. If a file is deleted, or moved to another folder, while its handle is closed,
    /// only its bytes in memory stay readable. Other reads then throw a <see cref="FileChangedException"/> that names
    /// this limit.
    /// </remarks>
    public int MaxOpenHandles { get; init; } = Math.Clamp(SystemLimits.MaxHandles / 4, 1, 1_024);

    /// <summary>
    /// The choice when live leases hold all of <see cref="MaxMappedBytes"/> or <see cref="MaxCopiedBytes"/>: exceed it
    /// (the default) or fail.
    /// </summary>
    public OverBudget OverBudget { get; init; }

    /// <summary>
    /// True to record where each heap lease was taken, and where each file, cursor, buffer, stream and pipe reader was
    /// made. The records show those that are never disposed. Use it for finding leaks, not in production: each lease
    /// then costs microseconds and kilobytes. Span leases, which are too cheap for it, are recorded only together with
    /// <see cref="GuardLeases"/>.
    /// </summary>
    public bool TrackLeases { get; init; }

    /// <summary>
    /// True to give every lease a mapping or a copy of its own. It is unmapped when the lease ends, and its addresses
    /// stay unreadable. A span used after its lease then faults at once, every time, and ends the process. For the
    /// tests of programs that use the library: a lease costs microseconds. The latest 4,096 ranges stay unreadable, in
    /// up to 16 GiB of address space (128 MiB in a 32-bit process) and without memory. If the system has no room for a
    /// load, they are given up.
    /// </summary>
    public bool GuardLeases { get; init; }

    private string DebuggerText =>
        $"{Amount.Bytes(MaxMappedBytes)} mapped and {MaxCopiedBytes} copied in {new Amount(MaxRegions, "region")}, "
        + $"windows of {(WindowSize == WholeFile ? "the whole file" : WindowSize)} and {Amount.Bytes(Overlap)}";

    /// <summary>The grid of these options.</summary>
    internal WindowGrid Grid => WindowSize == WholeFile
        ? WindowGrid.WholeFile(Overlap, SystemLimits.AllocationGranularity)
        : WindowGrid.Of(WindowSize, Overlap);

    /// <summary>Validates the options.</summary>
    internal void Check()
    {
        int minimum = SystemLimits.AllocationGranularity;
        if (WindowSize != WholeFile
            && (WindowSize < minimum || WindowSize > 1 << 30 || !BitOperations.IsPow2(WindowSize)))
            throw FileRange.Refused(nameof(WindowSize), WindowSize,
                $"A window is a power of two from {Amount.Bytes(minimum)} to 1 GiB, or MapManagerOptions.WholeFile.");

        long longest = WindowSize == WholeFile
            ? 1 << 30 : Math.Min(WindowSize, WindowGrid.LongestRegionBytes - WindowSize);
        if (Overlap < 0 || Overlap > longest)
            throw FileRange.Refused(nameof(Overlap), Overlap,
                $"An overlap is from 0 to {Amount.Bytes(longest)} with windows of {Amount.Bytes(WindowSize)}.");

        if (MaxMappedBytes <= 0) throw AtLeastOne(nameof(MaxMappedBytes), MaxMappedBytes);
        if (MaxMappedBytes < WindowSize)
            throw FileRange.Refused(nameof(MaxMappedBytes), MaxMappedBytes,
                $"A budget of {Amount.Bytes(MaxMappedBytes)} is less than one window of {Amount.Bytes(WindowSize)}; "
                + "choose a smaller WindowSize.");
        if (MaxCopiedBytes <= 0) throw AtLeastOne(nameof(MaxCopiedBytes), MaxCopiedBytes);
        if (MaxRegions <= 0) throw AtLeastOne(nameof(MaxRegions), MaxRegions);
        if (MaxOpenHandles <= 0) throw AtLeastOne(nameof(MaxOpenHandles), MaxOpenHandles);
        if (!Enum.IsDefined(OverBudget))
            throw FileRange.Refused(nameof(OverBudget), (int)OverBudget, "It is Exceed or Fail.");
    }

    private int DefaultOverlap()
    {
        long minimum = Math.Clamp(WindowSize, 0, Environment.SystemPageSize);
        return (int)Math.Clamp(WindowSize / 16, minimum, Mebibyte);
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
