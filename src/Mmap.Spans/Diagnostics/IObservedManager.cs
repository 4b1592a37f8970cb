using Mmap.Spans.Files;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Diagnostics;

/// <summary>The view of a manager for the meter, the dump and a debugger.</summary>
internal interface IObservedManager
{
    /// <summary>True after its disposal.</summary>
    bool IsDisposed { get; }

    /// <summary>The options, for a debugger to unfold.</summary>
    object Options { get; }

    /// <summary>The maximum of open file handles.</summary>
    int MaxOpenHandles { get; }

    /// <summary>The regions.</summary>
    RegionTable Table { get; }

    /// <summary>The record of heap leases; null if they are not tracked.</summary>
    LeaseTracker? Tracker { get; }

    /// <summary>Returns its present state and its counters.</summary>
    MapStatistics GetStatistics();

    /// <summary>The files open at one moment.</summary>
    List<FileEntry> Files();
}
