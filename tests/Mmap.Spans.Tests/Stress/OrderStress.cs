using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// Which region goes, under threads: each thread uses one window again before each step of a scan through the others.
/// The exact order is a matter of the sequential model; here the window in use must stay while the scan passes.
/// </summary>
internal sealed class OrderStress : Stress
{
    private const int Budget = 4;
    private const int Windows = 16;

    /// <summary>Of the loads at most one in so many may be of the window in use; a queue that forgets uses would make it one in four.</summary>
    private const int Rarely = 8;

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

    /// <summary>Two: of more, some would sleep on leases of the scan until nothing idle is left but the window in use.</summary>
    protected override int Threads => 2;

    protected override void Turn(int thread, Random random)
    {
        for (int use = 0; use < 2; use++)
        {
            using SpanLease hot = _file.File.LeaseSpan(0, 8);
            uint load = _file.Backing.Check(hot.Span, 0);
            if (load != Volatile.Read(ref _load) && load != Interlocked.Exchange(ref _load, load)) Interlocked.Increment(ref _changes);
        }

        long offset = (1 + Interlocked.Increment(ref _scanned) % (Windows - 1)) * StampedFile.Step;
        using SpanLease cold = _file.File.LeaseSpan(offset, 8);
        _file.Backing.Check(cold.Span, offset);
    }

    protected override void Verify()
    {
        int loads = _file.Backing.Loads;
        Require(loads < 500 || _changes * Rarely < loads, $"Of {loads} loads {_changes} were of the one window that was in use all the time.");
    }

    public override void Dispose()
    {
        _file.Dispose();
        _manager.Dispose();
    }
}
