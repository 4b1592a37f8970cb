using Mmap.Spans.Files;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Diagnostics;

/// <summary>What the meter, the dump and a debugger ask of a manager.</summary>
internal interface IObservedManager
{
    /// <summary>Whether it is disposed.</summary>
    bool IsDisposed { get; }

    /// <summary>What it may hold, for a debugger to unfold.</summary>
    object Options { get; }

    /// <summary>How many file handles it may have open.</summary>
    int MaxOpenHandles { get; }

    /// <summary>The regions.</summary>
    RegionTable Table { get; }

    /// <summary>Where heap leases are remembered, if they are.</summary>
    LeaseTracker? Tracker { get; }

    /// <summary>What it holds and has done.</summary>
    MapStatistics GetStatistics();

    /// <summary>The files open at one moment.</summary>
    List<FileEntry> Files();
}
