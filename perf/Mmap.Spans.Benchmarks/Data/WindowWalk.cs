using System.IO.MemoryMappedFiles;

namespace Mmap.Spans.Benchmarks.Data;

/// <summary>
/// Visits windows at random in a file larger than the budget: most visits miss and evict another window. Does the same
/// with raw views of the same offsets and sizes.
/// </summary>
/// <remarks>
/// Under any policy of the clock some visits are hits. A hit costs a hundredth of a miss, so the walk counts only
/// misses and goes on until it has enough of them. The order is random: a clock that resists scans keeps a part of any
/// loop, and the hits of that part would come all together.
/// </remarks>
internal sealed unsafe class WindowWalk : IDisposable
{
    private readonly int _windowBytes;
    private readonly int _regionBytes;
    private readonly int _windows;
    private readonly int _live;
    private readonly MapManager _manager;
    private readonly MappedFile _file;
    private readonly MemoryMappedFile _map;
    private readonly Queue<MemoryMappedViewAccessor> _views = [];
    private long _turn;
    private long _rawTurn;

    /// <param name="windowBytes">The size of a window.</param>
    /// <param name="overlapBytes">The bytes of the next window that each region covers.</param>
    /// <param name="budgetRegions">The regions that fit into the budget.</param>
    /// <param name="windows">The windows of the file; well above the budget.</param>
    /// <param name="live">The raw views that stay alive; 0 to dispose each at once.</param>
    public WindowWalk(int windowBytes, int overlapBytes, int budgetRegions, int windows, int live)
    {
        _windowBytes = windowBytes;
        _regionBytes = windowBytes + overlapBytes;
        _windows = windows;
        _live = live;
        _manager = new MapManager(new MapManagerOptions
        {
            WindowSize = windowBytes,
            Overlap = overlapBytes,
            MaxMappedBytes = budgetRegions * (long)_regionBytes,
        });

        // One window more than is used, so that every region has its full length.
        string path = DataFile.OfMarks((windows + 1) * (long)windowBytes, windowBytes);
        _file = _manager.Open(path, new MappedFileOptions { Backing = Backing.Map });
        _map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>Leases from windows until that many had to be loaded.</summary>
    /// <returns>The number of loads; 0 after wrong bytes, or if nearly all visits were hits.</returns>
    public long Misses(int count)
    {
        const int MostLeasesEach = 64;
        long missed = 0;
        for (long leases = 0; missed < count;)
        {
            int window = Visited(_turn++);
            // No other thread loads windows; to ask for the statistics would look at each region.
            if (_file.Directory.At(window) is null) missed++;
            using SpanLease lease = _file.LeaseSpan(window * (long)_windowBytes, sizeof(long));
            if (lease.Span[0] != DataFile.Mark(window) || ++leases > count * (long)MostLeasesEach) return 0;
        }

        return missed;
    }

    /// <summary>Creates that many views, touches each, and disposes as many.</summary>
    /// <returns>The number of views with the right bytes.</returns>
    public long RawViews(int count)
    {
        long right = 0;
        for (int i = 0; i < count; i++)
        {
            int window = Visited(_rawTurn++);
            MemoryMappedViewAccessor view =
                _map.CreateViewAccessor(window * (long)_windowBytes, _regionBytes, MemoryMappedFileAccess.Read);
            byte* pointer = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
            if (pointer[view.PointerOffset] == DataFile.Mark(window)) right++;
            view.SafeMemoryMappedViewHandle.ReleasePointer();

            if (_live == 0)
            {
                view.Dispose();
                continue;
            }

            _views.Enqueue(view);
            if (_views.Count > _live) _views.Dequeue().Dispose();
        }

        return right;
    }

    public void Dispose()
    {
        while (_views.TryDequeue(out MemoryMappedViewAccessor? view)) view.Dispose();
        _map.Dispose();
        _file.Dispose();
        _manager.Dispose();
    }

    /// <summary>The window of a turn: as good as random, and the same for both ways.</summary>
    private int Visited(long turn) => (int)((ulong)DataFile.Word(turn) % (ulong)_windows);
}
