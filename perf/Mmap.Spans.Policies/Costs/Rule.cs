using Mmap.Spans.Geometry;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Policies.Costs;

/// <summary>
/// One rule that says at a miss in a full table whether to map or to copy. The base keeps the table with the shipped
/// clock, fills it first, as the library does, and adds up what everything costs.
/// </summary>
internal abstract class Rule
{
    private Entry?[] _resident = [];
    private ulong[]?[] _touched = [];
    private LeftStamps _left = new();

    /// <summary>The clock that says what leaves.</summary>
    protected RegionClock Clock { get; } = new();

    protected WindowGrid Grid { get; private set; }

    protected int MostRegions { get; private set; }

    protected LeaseTrace Trace { get; private set; } = null!;

    /// <summary>Microseconds of all leases.</summary>
    public double Run(LeaseTrace trace, int windowBytes, int mostRegions, CostModel costs)
    {
        (Trace, Grid, MostRegions) = (trace, WindowGrid.Of(windowBytes, 0), mostRegions);
        int windows = (int)Grid.CountFor(trace.FileBytes);
        _resident = new Entry?[windows];
        _touched = new ulong[]?[windows];
        _left = new LeftStamps();
        Begin(windows);
        double time = 0;
        foreach (Lease lease in trace.Leases)
        {
            int window = (int)Grid.IndexOf(lease.Offset);
            See(window);
            if (_resident[window] is { } present)
            {
                if (present.Touched == Entry.Untouched) present.Touched = Entry.Used;
            }
            else if (Clock.Count < mostRegions || MakesRoom(window, lease))
            {
                Load(window);
                time += costs.Map;
            }
            else
            {
                time += costs.CopyOf(lease.Length);
                continue;
            }

            time += costs.Hit + (IsFirstTouch(window, lease) ? costs.Touch : 0);
        }

        return time;
    }

    protected virtual void Begin(int windows)
    {
    }

    /// <summary>
    /// Called for every lease before it is served. The hit path cannot afford a rule that counts hits.
    /// </summary>
    protected virtual void See(int window)
    {
    }

    /// <summary>
    /// Asked at a miss in the full table: true if a region has left for this window, false for a copy.
    /// </summary>
    protected abstract bool MakesRoom(int window, Lease lease);

    /// <summary>Removes the clock's victim.</summary>
    protected bool Evict()
    {
        Drop((Entry)Clock.TakeVictim()!);
        return true;
    }

    /// <summary>Takes out the clock's next if it was not used.</summary>
    protected bool EvictIfUnused()
    {
        if (Clock.TakeIfUnused() is not Entry victim) return false;
        Drop(victim);
        return true;
    }

    /// <summary>Records that the clock's victims leave.</summary>
    protected void Drop(Entry victim)
    {
        _resident[victim.Id] = null;
        _left.Keep(0, victim.Id, victim.Stamp, Clock.Count + 1);
    }

    private void Load(int window)
    {
        var entry = new Entry(window, Grid.Step) { Touched = Entry.Fresh };
        _resident[window] = entry;
        _touched[window] ??= new ulong[Grid.Step / CostModel.PieceBytes / 64 + 1];
        Array.Clear(_touched[window]!);
        Clock.Insert(entry, _left.Take(0, window));
    }

    private bool IsFirstTouch(int window, Lease lease)
    {
        int piece = (int)((lease.Offset - Grid.StartOf(window)) / CostModel.PieceBytes);
        ref ulong word = ref _touched[window]![piece / 64];
        bool isFirst = (word & (1UL << (piece % 64))) == 0;
        word |= 1UL << (piece % 64);
        return isFirst;
    }
}
