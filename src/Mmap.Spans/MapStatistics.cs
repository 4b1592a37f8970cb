using System.Diagnostics;
using System.Globalization;

namespace Mmap.Spans;

/// <summary>
/// State and counters of a manager. Each number is exact by itself; they are not read at the same instant.
/// </summary>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed class MapStatistics
{
    private static readonly string[] s_units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Bytes of files in mappings now, as charged to <see cref="MapManagerOptions.MaxMappedBytes"/>.</summary>
    public long MappedBytes { get; init; }

    /// <summary>The peak of <see cref="MappedBytes"/>.</summary>
    public long PeakMappedBytes { get; init; }

    /// <summary>Bytes of memory in copies now, as charged to <see cref="MapManagerOptions.MaxCopiedBytes"/>.</summary>
    public long CopiedBytes { get; init; }

    /// <summary>The peak of <see cref="CopiedBytes"/>.</summary>
    public long PeakCopiedBytes { get; init; }

    /// <summary>Regions now.</summary>
    public int Regions { get; init; }

    /// <summary>The peak of <see cref="Regions"/>.</summary>
    public int PeakRegions { get; init; }

    /// <summary>Regions that would be evicted to keep the budget if their leases ended now.</summary>
    public int RegionsOverBudget { get; init; }

    /// <summary>Distinct files open now.</summary>
    public int OpenFiles { get; init; }

    /// <summary>File handles open now.</summary>
    public int OpenHandles { get; init; }

    /// <summary>
    /// References on regions now, by heap leases, cursors, buffers, pipe readers and streams; and memory leases that
    /// are copies. Span leases count if they need a reference: under guard, if mapped for one lease alone, or beyond
    /// the slots of their thread.
    /// </summary>
    public long LiveHeapLeases { get; init; }

    /// <summary>Regions loaded so far.</summary>
    public long Maps { get; init; }

    /// <summary>Regions evicted to keep the budget so far.</summary>
    public long Evictions { get; init; }

    /// <summary>Leases so far that found no region and had to load one.</summary>
    public long Misses { get; init; }

    /// <summary>Loads so far that the system refused at first, and that were retried after an eviction.</summary>
    public long MapFailuresRetried { get; init; }

    /// <summary>
    /// Files so far that were copied because the system refused a mapping, and regions copied because nothing idle was
    /// left to evict.
    /// </summary>
    public long FallbacksToCopy { get; init; }

    /// <summary>
    /// Leases and single reads so far that were read and not mapped; see <see cref="MapManagerOptions.CopyWhenFull"/>.
    /// </summary>
    public long Copies { get; init; }

    /// <summary>Windows so far that were given a place in a full table for leases that could have been read.</summary>
    public long Admissions { get; init; }

    /// <summary>
    /// Bytes of memory that threads of the whole process hold now for copied span leases; charged to no budget.
    /// </summary>
    public long SpanCopyBytes { get; init; }

    /// <summary>Regions so far with bytes that could not be read; see <see cref="Backing.TruncationSafe"/>.</summary>
    public long UnreadableRegions { get; init; }

    /// <summary>
    /// Hints of the whole process so far (prefetches, orders of access) that the system refused or that came too late.
    /// </summary>
    public long HintsRefused { get; init; }

    /// <summary>
    /// Span leases of the whole process that were live when their thread ended; each pins a region for ever.
    /// </summary>
    public int AbandonedSpanLeases { get; init; }

    private string DebuggerText => ToString();

    /// <summary>The figures in one line, for people: the format may change.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{InUnits(MappedBytes)} mapped (peak {InUnits(PeakMappedBytes)}) and {InUnits(CopiedBytes)} copied "
        + $"(peak {InUnits(PeakCopiedBytes)}) in {new Amount(Regions, "region")} (peak {PeakRegions}), "
        + $"{RegionsOverBudget} over budget; {new Amount(OpenFiles, "file")}, {new Amount(OpenHandles, "handle")}, "
        + $"{new Amount(LiveHeapLeases, "reference")}; so far {new Amount(Misses, "miss", "misses")}, "
        + $"{new Amount(Maps, "map")}, {ReadsOf(Copies)}, {new Amount(Evictions, "eviction")}, "
        + $"{new Amount(MapFailuresRetried, "retry", "retries")}, "
        + $"{new Amount(FallbacksToCopy, "fallback to copies", "fallbacks to copies")}, "
        + $"{new Amount(UnreadableRegions, "unreadable region")}");

    /// <summary>The number of leases that were read, in words that no one takes for bytes of copies.</summary>
    internal static Amount ReadsOf(long copies) => new(copies, "read instead of a map", "reads instead of maps");

    private static string InUnits(long bytes)
    {
        int unit = 0;
        double value = bytes;
        for (; value >= 1024 && unit < s_units.Length - 1; value /= 1024) unit++;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {s_units[unit]}");
    }
}
