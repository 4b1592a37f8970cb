using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// The eviction order under threads: one thread scans, and uses one window again before each step; the other uses that
/// window and nothing else. The exact order is a matter of the sequential model; here the window in use must stay while
/// the scan passes.
/// </summary>
/// <remarks>
/// Only one thread scans. With two scans one may evict several of the other's loads in a row; then the window in use is
/// evicted as well, and rightly.
/// </remarks>
internal sealed class OrderStress : Stress
{
    private const int Budget = 4;
    private const int Windows = 16;

    /// <summary>
    /// At most one load in so many may be of the window in use. A queue that loses uses would make it one in four.
    /// </summary>
    private const int Rarely = 50;

    private readonly MapManager _manager = StampedFile.Manager(Budget);
    private readonly StampedFile _file;
    private long _scanned;
    private uint _load;
    private int _changes;

    public OrderStress(StressPlan plan)
        : base(plan)
    {
        _file = new StampedFile(_manager, Windows, keepsEvents: false);
    }

    /// <summary>
    /// Two: with more, some would sleep on leases of the window in use, and it could not be evicted at any age.
    /// </summary>
    protected override int Threads => 2;

    protected override void Turn(int thread, Random random)
    {
        using (SpanLease used = _file.File.LeaseSpan(0, 8))
        {
            uint load = _file.Backing.Check(used.Span, 0);
            if (load != Volatile.Read(ref _load) && load != Interlocked.Exchange(ref _load, load))
                Interlocked.Increment(ref _changes);
        }

        if (thread != 0)
        {
            // Much longer than a sweep, in which a lease would have the window back: only its earlier uses are to keep
            // it.
            Thread.SpinWait(random.Next(4000));
            return;
        }

        long offset = (1 + _scanned++ % (Windows - 1)) * StampedFile.Step;
        using SpanLease scanned = _file.File.LeaseSpan(offset, 8);
        _file.Backing.Check(scanned.Span, offset);
    }

    protected override void Verify()
    {
        int loads = _file.Backing.Loads;
        Require(loads < 500 || _changes * Rarely < loads,
            $"Of {loads} loads {_changes} were of the one window that was in use all the time.");
    }

    public override void Dispose()
    {
        _file.Dispose();
        _manager.Dispose();
    }
}
