using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Parity;

/// <summary>
/// What smmap 5.0.2 offers has its counterpart here: one test for each of its members, named after it. The table of
/// names is in PARITY.md beside the library's sources. The data depends on its position; smmap's own tests use zeros
/// with a final one, which hides wrong offsets.
/// </summary>
public abstract class SmmapParity : IDisposable
{
    /// <summary>The step of the sliding windows.</summary>
    protected static int Window => SystemLimits.AllocationGranularity;

    /// <summary>A file of several windows.</summary>
    protected SampleFile Sample { get; } = SampleFile.OfLength(5L * Window + 100);

    /// <summary>smmap's SlidingWindowMapManager.</summary>
    protected MapManager Sliding { get; } = new(new MapManagerOptions { WindowSize = Window, Overlap = 512 });

    /// <summary>smmap's StaticWindowMapManager.</summary>
    protected MapManager Static { get; } = new(new MapManagerOptions { WindowSize = MapManagerOptions.WholeFile });

    public void Dispose()
    {
        Sliding.Dispose();
        Static.Dispose();
        Sample.Dispose();
        GC.SuppressFinalize(this);
    }
}
