namespace Mmap.Spans.Regions;

/// <summary>
/// The result of a sweep: regions retired under the gate, for its thread to unmap. A list through the regions
/// themselves, in the order of their retirement.
/// </summary>
/// <remarks>
/// The regions are <i>leaving</i>: out of use for good, in memory and charged until the unmap. The thread that retired
/// them owns them.
/// </remarks>
internal struct LeavingRegions
{
    private Region? _last;

    public Region? First { get; private set; }

    public int Count { get; private set; }

    /// <summary>The number of regions that the clock chose; the others were closed.</summary>
    public int Victims { get; private set; }

    /// <summary>The bytes charged for them.</summary>
    public long Bytes { get; private set; }

    /// <summary>The ticket of their batch in <see cref="Departures"/>.</summary>
    public long Ticket { get; set; }

    /// <summary>Appends others.</summary>
    public void Append(in LeavingRegions others)
    {
        if (others.First is not { } first) return;
        Link(first);
        _last = others._last;
        Count += others.Count;
        Victims += others.Victims;
        Bytes += others.Bytes;
    }

    public void Add(Region region, bool isVictim)
    {
        Link(region);
        region.IsVictim = isVictim;
        if (isVictim) Victims++;
        Count++;
        Bytes += region.ChargedBytes;
    }

    private void Link(Region region)
    {
        if (_last is null) First = region;
        else _last.NextLeaving = region;
        _last = region;
    }
}
