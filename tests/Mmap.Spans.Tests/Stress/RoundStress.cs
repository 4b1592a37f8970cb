using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// Many short races. Two to four threads begin together, do one to three things each to the same few windows, and meet
/// again. At rest nothing is leased: the loaded, charged and known regions must agree, and the budget is kept. A trim
/// then evicts all, and a closed file leaves nothing behind. So a lost region shows at once, and not only in the end.
/// </summary>
internal sealed class RoundStress : Stress
{
    private const string Planned = "The round wants it so.";

    private readonly MapManager _manager;
    private readonly Meeting _begin, _end;
    private readonly List<long> _hazards = [];
    private StampedFile _file;
    private Region? _exact;
    private readonly Func<bool> _over;
    private int _round, _playing;
    private bool _closes, _fails, _isTight;

    public RoundStress(StressPlan plan)
        : base(plan with { Budget = Math.Min(plan.Budget, 2) })
    {
        _manager = new MapManager(
            new MapManagerOptions
            {
                WindowSize = StressPlan.Step,
                Overlap = 0,
                MaxMappedBytes = Plan.BudgetBytes,
                OverBudget = plan.Seed % 2 == 0 ? OverBudget.Exceed : OverBudget.Fail
            });
        _file = plan.NewFile(_manager);
        _begin = new Meeting(Threads);
        _end = new Meeting(Threads);
        _over = () => IsOver;
    }

    protected override int Threads => Math.Min(Plan.Threads, 4);

    private RegionTable Table => _manager.Table;

    private bool IsStrict => _manager.Options.OverBudget == OverBudget.Fail;

    protected override void Turn(int thread, Random random)
    {
        if (!_begin.TryMeet(Prepare, _over)) return;
        for (int step = _isTight ? 0 : random.Next(3); step >= 0; step--)
        {
            // So that the threads do not meet at the same points each time.
            Thread.SpinWait(random.Next(_isTight ? 4 : 24));
            try
            {
                Step(random);
            }
            catch (ObjectDisposedException) when (_closes)
            {
                // The file was closed in this round.
                break;
            }
            catch (MapBudgetExceededException) when (IsStrict)
            {
                // The others lease all there is.
                continue;
            }
            catch (IOException e) when (_fails && e is not FileChangedException)
            {
                // Planned.
                continue;
            }
        }

        _end.TryMeet(CheckAtRest, _over);
    }

    protected override void Verify()
    {
        CheckAtRest();
        Close();
    }

    public override void Dispose()
    {
        _file.Dispose();
        _manager.Dispose();
    }

    private void Prepare()
    {
        var random = new Random(Plan.Seed * 7919 + ++_round);
        // In a tight round all threads do one thing, at nearly the same moment, mostly to one window.
        _isTight = random.Next(2) == 0;
        _playing = random.Next(1, Math.Min(Plan.Windows, _isTight ? 2 : 4) + 1);
        _closes = random.Next(4) == 0;
        _fails = random.Next(4) == 0;
        _file.Backing.FailNoLoad();
        // Some rounds begin with loaded windows, some without.
        for (int window = random.Next(2) * _playing - 1; window >= 0; window--) _file.Use(window);
        if (random.Next(8) == 0) _exact = Table.AcquireExact(_file.Directory, StressPlan.Step / 2, StressPlan.Step);
        if (_fails)
            _file.Backing.FailLoad(random.Next(1, 3), random.Next(2) == 0 ? () =>
                new IOException(Planned) : Refusals.OutOfMemory);
    }

    private void Step(Random random)
    {
        long offset = random.Next(_playing) * StressPlan.Step;
        switch (random.Next(_closes ? 16 : 14))
        {
            case < 5: Span(offset); break;
            case < 9: Memory(offset); break;
            case 9:
                using (_file.File.LeaseMemory(offset, 8)) Span(random.Next(_playing) * StressPlan.Step);
                break;
            case 10:
                using (_file.File.LeaseSpan(offset, 8)) Memory(random.Next(_playing) * StressPlan.Step);
                break;
            case 11: _manager.Trim(); break;
            case 12: Table.CloseNow(_file.Directory.Empty()); break;
            case 13:
                // An exact region is unmapped once, by any thread and after any number of releases.
                if (Volatile.Read(ref _exact) is { } exact) Table.Release(exact);
                break;
            default: _file.Close(); break;
        }
    }

    private void Span(long offset)
    {
        using SpanLease lease = _file.File.LeaseSpan(offset, 64);
        _file.Backing.Check(lease.Span, offset);
        _file.Backing.Check(lease.Span, offset);
    }

    private void Memory(long offset)
    {
        using MemoryLease lease = _file.File.LeaseMemory(offset, 64);
        _file.Backing.Check(lease.Span, offset);
        _file.Backing.Check(lease.Span, offset);
    }

    private void CheckAtRest()
    {
        if (_exact is { } exact) Table.Release(exact);
        _exact = null;
        StampedBacking backing = _file.Backing;
        CheckAccounts();
        Require(Table.Budget.Bytes <= Table.Budget.Mapped.Max,
            $"At rest {Table.Budget.Bytes} bytes are charged, over the budget of {Table.Budget.Mapped.Max}.");
        Require(Table.Detached().Count == 0, $"At rest a region stands apart: {string.Join(", ", Table.Detached())}.");
        Region[] known = [.. _file.Directory.Snapshot()];
        Require(known.Length == backing.LiveLoads,
            $"At rest {backing.LiveLoads} loads are in memory, and the directory knows {List(known)}.");
        foreach (Region region in known)
            Require(region.State is { IsLive: true, References: 0 }, $"At rest the directory has {region}.");
        HazardSlots.Scan(_hazards);
        // The slots are the process's, and others may be at work in it.
        Require(!known.Any(region => _hazards.Contains(region.Id)), "At rest a hazard stands.");

        if (_closes)
        {
            Close();
            _file.Dispose();
            _file = Plan.NewFile(_manager);
        }
        else if (_round % 2 == 0)
        {
            _manager.Trim();
            Require(backing.LiveLoads == 0,
                $"After a trim at rest {backing.LiveLoads} loads are in memory: {List(known)}.");
            CheckAccounts();
        }
    }

    private static string List(IEnumerable<Region> regions) => string.Join(", ", regions);

    private void Close()
    {
        _file.Close();
        Require(_file.Backing.LiveLoads == 0,
            $"The file is closed, nothing is leased, and {_file.Backing.LiveLoads} loads are in memory.");
        CheckAccounts();
    }

    private void CheckAccounts()
    {
        StampedBacking backing = _file.Backing;
        // A window's overlap is in memory and not charged.
        long least = backing.LiveBytes - (long)backing.LiveLoads * Plan.Overlap;
        Require(Table.Budget.Bytes >= least && Table.Budget.Bytes <= backing.LiveBytes,
            $"At rest {backing.LiveBytes} bytes are in memory, and {Table.Budget.Bytes} are charged.");
        Require(Table.Budget.Regions == backing.LiveLoads,
            $"At rest {backing.LiveLoads} loads are in memory, and {Table.Budget.Regions} are counted.");
        Require(!IsStrict || backing.PeakBytes <= Plan.BudgetBytes,
            $"{backing.PeakBytes} bytes were in memory at once, and {Plan.BudgetBytes} may be.");
    }
}
