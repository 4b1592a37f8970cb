using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// Many windows, of which a budget holds some: victims are marked several at a time and wait in the limbo, where leases
/// of every kind rescue them.
/// </summary>
internal sealed class LimboStress : Stress
{
    private readonly MapManager _manager;
    private readonly StampedFile _file;
    private readonly int _windows;

    public LimboStress(StressPlan plan)
        : base(plan)
    {
        // From sixteen regions for each that is marked; the plan's numbers are too small for a limbo.
        int budget = 32 * plan.Budget;
        _windows = budget + 8 * plan.Windows;
        _manager = new MapManager(
            new MapManagerOptions
            {
                WindowSize = StressPlan.Step,
                Overlap = 0,
                MaxMappedBytes = budget * (long)StampedFile.Step
            });
        _file = new StampedFile(_manager, _windows, keepsEvents: false);
    }

    protected override void Turn(int thread, Random random)
    {
        long offset = random.Next(_windows) * (long)StampedFile.Step;
        if (random.Next(2) == 0)
        {
            using SpanLease lease = _file.File.LeaseSpan(offset, 64);
            uint load = _file.Backing.Check(lease.Span, offset);
            Plan.Pause(random);
            Require(load == _file.Backing.Check(lease.Span, offset), "A lease showed two loads.");
        }
        else
        {
            using MemoryLease lease = _file.File.LeaseMemory(offset, 64);
            uint load = _file.Backing.Check(lease.Span, offset);
            Plan.Pause(random);
            Require(load == _file.Backing.Check(lease.Span, offset), "A lease showed two loads.");
        }

        // All idle regions are marked at once, and evicted one by one.
        if (thread == 0 && random.Next(200) == 0) _manager.Trim();
    }

    protected override void Verify()
    {
        long charged = _manager.Table.Budget.Bytes;
        Require(charged <= _manager.Table.Budget.Mapped.Max,
            $"At rest {charged} bytes are charged, over the budget of {_manager.Table.Budget.Mapped.Max}.");
        _manager.Trim();
        Require(_file.Backing.LiveLoads == 0,
            $"After a trim windows {string.Join(' ', _file.Windows)} are in memory, and nothing is leased.");
    }

    public override void Dispose()
    {
        _file.Dispose();
        _manager.Dispose();
    }
}
