namespace Mmap.Spans.Tests.Regions;

/// <summary>
/// A sequential model of <c>RegionTable</c>: a dictionary of the regions on the grid, lists for the sweeper's places,
/// and a clock model for the order. Windows of several files have numbers of their own.
/// </summary>
/// <param name="maxBytes">The budget of bytes.</param>
/// <param name="clock">The order.</param>
internal sealed class TableModel(long maxBytes, IClockModel clock)
{
    private readonly Dictionary<long, ModelRegion> _onGrid = [];
    private readonly HashSet<ModelRegion> _all = [];
    private readonly List<ModelRegion> _inbox = [];
    private readonly Queue<ModelRegion> _limbo = [];
    private readonly HashSet<ModelRegion> _parked = [];

    /// <summary>For windows whose region was dropped, the stamp it left with.</summary>
    private readonly Dictionary<long, long> _left = [];

    public int MaxRegions { get; init; } = int.MaxValue;

    public OverBudget OverBudget { get; init; }

    /// <summary>Loads and unloads since the list was last cleared.</summary>
    public List<(bool IsLoad, long Window)> Events { get; } = [];

    /// <summary>The windows on the grid, ascending.</summary>
    public IEnumerable<long> Windows => _onGrid.Keys.Order();

    /// <summary>Bytes in memory, and the most there ever were.</summary>
    public long Bytes => _all.Sum(region => region.Bytes);

    public long PeakBytes { get; private set; }

    /// <summary>Regions in memory.</summary>
    public int Regions => _all.Count;

    /// <summary>References of all regions.</summary>
    public int References => _all.Sum(region => region.References);

    /// <summary>The regions evicted for the budget, loaded, and asked for, so far.</summary>
    public int Evictions { get; private set; }

    public int Maps { get; private set; }

    public int Misses { get; private set; }

    /// <summary>True if a window is on the grid.</summary>
    public bool Has(long window) => _onGrid.ContainsKey(window);

    /// <summary>The region of a window, if it is on the grid.</summary>
    public ModelRegion? At(long window) => _onGrid.GetValueOrDefault(window);

    /// <summary>Takes a reference on a window's region, and loads it if need be.</summary>
    /// <returns>Null if there is no room.</returns>
    public ModelRegion? Take(long window, long bytes = 1)
    {
        if (_onGrid.TryGetValue(window, out ModelRegion? region))
        {
            region.References++;
            region.Touch();
            return region;
        }

        _left.Remove(window, out long leftAt);
        region = new ModelRegion(window, bytes) { References = 1, LeftAt = leftAt };
        if (!Load(region)) return null;
        _onGrid.Add(window, region);
        _inbox.Add(region);
        if (Bytes > maxBytes) Sweep(0);
        return region;
    }

    /// <summary>Loads a region for one lease.</summary>
    /// <returns>Null if there is no room.</returns>
    public ModelRegion? TakeExact(long bytes)
    {
        var region = new ModelRegion(-1, bytes) { References = 1, IsExact = true };
        return Load(region) ? region : null;
    }

    /// <summary>Gives a reference back.</summary>
    public void Release(ModelRegion region)
    {
        if (--region.References > 0) return;
        if (region.IsExact) Drop(region);
        else if (region.IsClosing || _parked.Contains(region)) Report(region);
    }

    /// <summary>A span lease that is taken and ended at once.</summary>
    /// <returns>False if there is no room.</returns>
    public bool TakeSpan(long window, long bytes = 1)
    {
        // A hit is by hazard, also on a region that is marked, and changes nothing but the touch.
        if (_onGrid.TryGetValue(window, out ModelRegion? region))
        {
            region.Touch();
            // While a reference stands, the last of them reports.
            if (_parked.Contains(region) && region.References == 0) Report(region);
            return true;
        }

        region = Take(window, bytes);
        if (region is not null) Release(region);
        return region is not null;
    }

    /// <summary>Takes windows off the grid; each region ends with its last reference.</summary>
    public void Close(IEnumerable<long> windows)
    {
        foreach (long window in windows.ToArray())
        {
            if (!_onGrid.Remove(window, out ModelRegion? region)) continue;
            region.IsClosing = true;
            if (!_inbox.Contains(region)) _inbox.Add(region);
        }

        Sweep(0);
    }

    /// <summary>Drops everything idle.</summary>
    public int Trim()
    {
        Drain();
        int dropped = 0;
        while (EvictOne(Math.Max(clock.Count, 1))) dropped++;
        return dropped;
    }

    private bool Load(ModelRegion region)
    {
        Misses++;
        while (Regions >= MaxRegions)
        {
            if (!MakeRoom()) return false;
        }

        if (OverBudget == OverBudget.Fail)
        {
            while (Bytes + region.Bytes > maxBytes)
            {
                if (!MakeRoom()) return false;
            }
        }

        // Charged before it is loaded, so the victims are evicted first.
        if (Bytes + region.Bytes > maxBytes) Sweep(region.Bytes);
        _all.Add(region);
        PeakBytes = Math.Max(PeakBytes, Bytes);
        Maps++;
        Events.Add((true, region.Window));
        return true;
    }

    private bool MakeRoom()
    {
        Drain();
        bool made = EvictOne(Batch);
        if (made) Evictions++;
        return made;
    }

    private void Report(ModelRegion region)
    {
        if (!_inbox.Contains(region)) _inbox.Add(region);
        Sweep(0);
    }

    private void Sweep(long charged)
    {
        Drain();
        while (Bytes + charged > maxBytes && EvictOne(Batch)) Evictions++;
    }

    private int Batch => Math.Max(Math.Clamp(clock.Count / 16, 1, 8), Math.Min(clock.Count / 32, 32));

    private void Drain()
    {
        ModelRegion[] arrived = [.. _inbox];
        _inbox.Clear();
        foreach (ModelRegion region in arrived)
        {
            if (region.IsClosing)
            {
                clock.Remove(region);
                _parked.Remove(region);
                if (region.References == 0) Drop(region);
            }
            else if (region.References == 0 || !_parked.Contains(region))
            {
                _parked.Remove(region);
                clock.Insert(region, region.LeftAt);
            }
        }
    }

    private bool EvictOne(int batch)
    {
        while (true)
        {
            while (_limbo.TryDequeue(out ModelRegion? region))
            {
                // Rescued since, it comes back with the end of its last reference; closed since, it is unloaded.
                if (region.References > 0 || !_parked.Remove(region)) continue;
                _onGrid.Remove(region.Window);
                if (region.Stamp != 0) _left[region.Window] = region.Stamp;
                Drop(region);
                return true;
            }

            int marked = 0;
            while (marked < batch && clock.TakeVictim() is { } next)
            {
                _parked.Add(next);
                if (next.References > 0) continue;
                _limbo.Enqueue(next);
                marked++;
            }

            if (marked == 0) return false;
        }
    }

    private void Drop(ModelRegion region)
    {
        _all.Remove(region);
        Events.Add((false, region.Window));
    }
}
