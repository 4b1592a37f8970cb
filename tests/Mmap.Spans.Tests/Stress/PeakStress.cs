using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// Threads that miss all the time, each with one short lease: at most the budget and a window for each thread are in
/// memory at once.
/// </summary>
internal sealed class PeakStress : Stress
{
    private const int Windows = 64;

    private readonly MapManager _manager;
    private readonly StampedFile _file;

    public PeakStress(StressPlan plan)
        : base(plan)
    {
        _manager = new MapManager(
            new MapManagerOptions
            {
                WindowSize = StressPlan.Step,
                Overlap = 0,
                MaxMappedBytes = plan.Budget * (long)StampedFile.Step
            });
        var backing = new StampedBacking(1, Windows * (long)StampedFile.Step)
        {
            KeepsEvents = false,
            Pause = _ => plan.Pause(Random.Shared),
        };
        _file = new StampedFile(_manager, backing, 1, overlap: 0);
    }

    protected override void Turn(int thread, Random random)
    {
        long offset = random.Next(Windows) * (long)StampedFile.Step;
        if (random.Next(2) == 0)
        {
            using SpanLease lease = _file.File.LeaseSpan(offset, 64);
            _file.Backing.Check(lease.Span, offset);
        }
        else
        {
            using MemoryLease lease = _file.File.LeaseMemory(offset, 64);
            _file.Backing.Check(lease.Span, offset);
        }

        if (random.Next(500) == 0) _manager.Trim();
    }

    protected override void Verify()
    {
        long charged = _manager.Table.Budget.Mapped.Charged,
            most = (Plan.Budget + Plan.Threads) * (long)StampedFile.Step;
        long max = _manager.Table.Budget.Mapped.Max, peak = _manager.Table.Budget.Mapped.Peak;
        Require(_file.Backing.PeakBytes <= most,
            $"{_file.Backing.PeakBytes} bytes were in memory at once, and {most} may be.");
        Require(charged <= max, $"At rest {charged} bytes are charged, over the budget of {max}.");
        Require(peak <= most,
            $"{peak} bytes were charged at once, and {most} may be: "
            + $"a budget of {max} and a window for each of {Plan.Threads} threads.");
        _manager.Table.CheckAtRest();
    }

    public override void Dispose()
    {
        _file.Dispose();
        _manager.Dispose();
    }
}
