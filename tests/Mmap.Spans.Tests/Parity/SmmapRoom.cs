using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Parity;

/// <summary>
/// A file and smmap's two managers. The data depends on its position; smmap's own tests use zeros with a final one,
/// which hides wrong offsets.
/// </summary>
internal sealed class SmmapRoom(int windows, int moreBytes, int overlap) : IDisposable
{
    /// <summary>The step of the sliding windows.</summary>
    public static readonly int Window = SystemLimits.AllocationGranularity;

    /// <summary>A file of several windows.</summary>
    public SampleFile Sample { get; } = SampleFile.OfLength((long)windows * Window + moreBytes);

    /// <summary>smmap's SlidingWindowMapManager.</summary>
    public MapManager Sliding { get; } = new(new MapManagerOptions { WindowSize = Window, Overlap = overlap });

    /// <summary>smmap's StaticWindowMapManager.</summary>
    public MapManager Static { get; } = new(new MapManagerOptions { WindowSize = MapManagerOptions.WholeFile });

    /// <summary>The statistics of <see cref="Sliding"/>.</summary>
    public MapStatistics Now => Sliding.GetStatistics();

    public void Dispose()
    {
        Sliding.Dispose();
        Static.Dispose();
        Sample.Dispose();
    }
}
