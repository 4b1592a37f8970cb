using Mmap.Spans.Benchmarks.Harness;

namespace Mmap.Spans.Benchmarks.Data;

/// <summary>The scattered reads, done by several threads at once, each from its own start in one file.</summary>
internal sealed class ThreadedReads : IDisposable
{
    public const int MostThreads = 8;
    private const int WindowBytes = 16 << 20;

    private readonly long _distanceBytes;
    private readonly MapManager _manager = new(new MapManagerOptions { WindowSize = WindowBytes });
    private readonly MappedFile _file;
    private readonly RawView _raw;
    private readonly Dictionary<int, ThreadTeam> _teams = [];

    /// <param name="distanceBytes">From one thread's start to the next one's; 0 if all read the same place.</param>
    public ThreadedReads(long distanceBytes)
    {
        _distanceBytes = distanceBytes;
        string path = DataFile.OfWords(MostThreads * (long)WindowBytes);
        _file = _manager.Open(path);
        _raw = new RawView(path);
    }

    public long SpanLeases(int threads) =>
        Team(threads).Run(thread => EightByteReads.SpanLeases(_file, thread * _distanceBytes));

    public long MemoryLeases(int threads) =>
        Team(threads).Run(thread => EightByteReads.MemoryLeases(_file, thread * _distanceBytes));

    public long PointerPairs(int threads) =>
        Team(threads).Run(thread => EightByteReads.PointerPairs(_raw.Handle, thread * _distanceBytes));

    public void Dispose()
    {
        foreach (ThreadTeam team in _teams.Values) team.Dispose();
        _raw.Dispose();
        _file.Dispose();
        _manager.Dispose();
    }

    private ThreadTeam Team(int size)
    {
        if (!_teams.TryGetValue(size, out ThreadTeam? team)) _teams[size] = team = new ThreadTeam(size);
        return team;
    }
}
