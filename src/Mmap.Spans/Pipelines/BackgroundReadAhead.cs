using Mmap.Spans.Files;
using Mmap.Spans.Regions;
using Mmap.Spans.Threading;

namespace Mmap.Spans.Pipelines;

/// <summary>
/// Has the bytes after those that a pipe reader shows read in the background, one piece after the other. What the
/// reader has overtaken is left out. Thread-safe.
/// </summary>
/// <remarks>
/// Never two pieces at once: the system reads ahead on its own when it sees one file read in order, and two readers of
/// one handle in two places look like no order at all.
/// </remarks>
internal sealed class BackgroundReadAhead(RegionDirectory directory) : IThreadPoolWorkItem
{
    /// <summary>Small enough that little is read in vain when the reader ends, large enough for the disk.</summary>
    public const long PieceBytes = 4 << 20;

    private long _next, _end;
    private bool _working;

    /// <summary>
    /// Asks for the bytes from one place to another, which never go back from call to call. Returns at once.
    /// </summary>
    /// <param name="from">Where the reader is.</param>
    /// <param name="to">How far to be ahead.</param>
    public void ExtendTo(long from, long to)
    {
        using (new MonitorScope(this))
        {
            _next = Math.Max(_next, from);
            _end = to;
            if (_working || _next >= _end) return;
            _working = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Ends the work after the piece that it is at.</summary>
    public void Stop()
    {
        using (new MonitorScope(this)) _end = 0;
    }

    /// <summary>The work; on a thread of the pool.</summary>
    public void Execute()
    {
        while (Take() is { Length: > 0 } piece) Prefetcher.ReadAhead(directory, [piece]);
    }

    private FileRange Take()
    {
        using (new MonitorScope(this))
        {
            long length = Math.Min(PieceBytes, _end - _next);
            _working = length > 0;
            if (!_working) return default;
            _next += length;
            return new FileRange(_next - length, length);
        }
    }
}
