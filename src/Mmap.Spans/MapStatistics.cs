using System.Diagnostics;

namespace Mmap.Spans;

/// <summary>What a manager holds and has done, at one moment. Each number is true by itself; they are not read at once.</summary>
[DebuggerDisplay("{DebuggerText,nq}")]
public sealed record MapStatistics
{
    private string DebuggerText => $"{MappedBytes} bytes mapped and {CopiedBytes} copied in {Regions} regions of {OpenFiles} files, {LiveHeapLeases} leases";

    /// <summary>Bytes of files that mappings hold now, as charged to <see cref="MapManagerOptions.MaxMappedBytes"/>.</summary>
    public required long MappedBytes { get; init; }

    /// <summary>The most <see cref="MappedBytes"/> ever was.</summary>
    public required long PeakMappedBytes { get; init; }

    /// <summary>Bytes of memory that copies hold now, as charged to <see cref="MapManagerOptions.MaxCopiedBytes"/>.</summary>
    public required long CopiedBytes { get; init; }

    /// <summary>The most <see cref="CopiedBytes"/> ever was.</summary>
    public required long PeakCopiedBytes { get; init; }

    /// <summary>Regions now.</summary>
    public required int Regions { get; init; }

    /// <summary>The most <see cref="Regions"/> ever was.</summary>
    public required int PeakRegions { get; init; }

    /// <summary>Regions that would be dropped for being over the budget if their leases ended now.</summary>
    public required int RegionsOverBudget { get; init; }

    /// <summary>Different files open now.</summary>
    public required int OpenFiles { get; init; }

    /// <summary>File handles open now.</summary>
    public required int OpenHandles { get; init; }

    /// <summary>References on regions by heap leases, cursors, readers and streams now.</summary>
    public required long LiveHeapLeases { get; init; }

    /// <summary>Regions loaded so far.</summary>
    public required long Maps { get; init; }

    /// <summary>Regions dropped for the budget so far.</summary>
    public required long Evictions { get; init; }

    /// <summary>Leases so far that found no region and had to load one.</summary>
    public required long Misses { get; init; }

    /// <summary>Loads so far that the system refused at first, and that were tried again after dropping another region.</summary>
    public required long MapFailuresRetried { get; init; }

    /// <summary>Files so far that were copied because mapping them was refused, and regions that were because nothing was left to drop.</summary>
    public required long FallbacksToCopy { get; init; }

    /// <summary>Regions so far of which bytes could not be read; see <see cref="Backing.TruncationSafe"/>.</summary>
    public required long UnreadableRegions { get; init; }

    /// <summary>Hints (prefetches) in the process so far that the system refused or that came too late.</summary>
    public required long HintsRefused { get; init; }

    /// <summary>Hazard slots in the process whose thread ended with a span lease undisposed; each pins a region for ever.</summary>
    public required int AbandonedSpanLeases { get; init; }
}
