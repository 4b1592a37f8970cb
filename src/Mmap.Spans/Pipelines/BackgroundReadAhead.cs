using Mmap.Spans.Files;
using Mmap.Spans.Regions;
using Mmap.Spans.Threading;

namespace Mmap.Spans.Pipelines;

/// <summary>
/// Reads the bytes ahead of a pipe reader in the background, one piece after the other. Skips the bytes that the reader
/// has overtaken. Thread-safe.
/// </summary>
/// <remarks>
/// Never two pieces at once. The system reads ahead by itself when it sees one file read in order. But two readers of
/// one handle in two places look like no order at all.
/// </remarks>
internal sealed class BackgroundReadAhead(RegionDirectory directory) : IThreadPoolWorkItem
{
    /// <summary>
    /// The length of a piece: small enough to waste little when the reader ends, large enough for the disk.
    /// </summary>
    public const long PieceBytes = 4 << 20;

    private long _next, _end;
    private bool _working;

    /// <summary>Extends the range to read; its ends never go back from call to call. Returns at once.</summary>
    /// <param name="from">The reader's position.</param>
    /// <param name="to">The end of the range.</param>
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

    /// <summary>Stops the work after the current piece.</summary>
    public void Stop()
    {
        using (new MonitorScope(this)) _end = 0;
    }

    /// <summary>Does the work, on a thread of the pool.</summary>
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
