using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// Files are opened, closed, released and detached under their readers; hits race with Closing all the time, and no
/// region is lost.
/// </summary>
internal sealed class ClosingStress : Stress
{
    private readonly MapManager _manager = new();
    private readonly List<StampedFile> _closed = [];
    private StampedFile _current;

    public ClosingStress(StressPlan plan)
        : base(plan)
    {
        _current = plan.NewFile(_manager);
    }

    protected override void Turn(int thread, Random random)
    {
        StampedFile file = Volatile.Read(ref _current);
        if (thread == 0)
        {
            if (random.Next(3) == 0) _manager.Table.Close(file.Directory.Empty());
            else Replace(file, random);
            return;
        }

        try
        {
            for (int turn = 0; turn < 50; turn++)
            {
                long offset = random.Next(Plan.Windows * StressPlan.Step / 8 - 8) * 8;
                using SpanLease lease = file.File.LeaseSpan(offset, 8);
                file.Backing.Check(lease.Span, offset);
            }
        }
        catch (ObjectDisposedException)
        {
            // The file was closed; the next turn has the next one.
            return;
        }
    }

    protected override void Verify()
    {
        _closed.Add(_current);
        foreach (StampedFile file in _closed)
        {
            file.Close();
            Require(file.Backing.LiveLoads == 0,
                $"Closed, and nothing is leased: windows {string.Join(' ', file.Windows)} are in memory.");
        }

        Require(_manager.Table.Budget is { Bytes: 0, Regions: 0 },
            $"{_manager.Table.Budget.Bytes} bytes are charged, and nothing is open.");
        Require(_manager.Table.Detached().Count == 0, "A region stands apart, and nothing is open.");
    }

    public override void Dispose()
    {
        foreach (StampedFile file in _closed) file.Dispose();
        _manager.Dispose();
    }

    private void Replace(StampedFile file, Random random)
    {
        StampedFile next = Plan.NewFile(_manager, (byte)random.Next(1, 200));
        for (int window = 0; window < Plan.Windows; window++) next.Use(window);
        Volatile.Write(ref _current, next);
        Thread.Yield();
        file.Close();
        _closed.Add(file);
        // A reader may sleep in a lease of the oldest for a while; a region that stays is found in the end.
        if (_closed.Count < 64 || _closed[0].Backing.LiveLoads != 0) return;
        _closed[0].Dispose();
        _closed.RemoveAt(0);
    }
}
