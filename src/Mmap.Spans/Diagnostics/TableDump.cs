using System.Globalization;
using System.Text;
using Mmap.Spans.Files;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Diagnostics;

/// <summary>
/// Writes the table as text, to find the holders of memory: the totals, the files that hold most, the places where
/// leases were taken, and every region.
/// </summary>
internal sealed class TableDump
{
    private readonly StringBuilder _text = new();
    private readonly Dictionary<long, int> _spans = [];

    private TableDump()
    {
        // Exact at this moment: without the fence a lease just taken by another thread could be missing.
        var hazards = new List<long>();
        HazardSlots.Fence();
        HazardSlots.Scan(hazards);
        foreach (long id in hazards) _spans[id] = _spans.GetValueOrDefault(id) + 1;
    }

    /// <summary>The regions of a file: one row.</summary>
    private sealed record Holding(string Name, string State, List<Region> Regions)
    {
        public long Bytes { get; } = Regions.Sum(region => region.ChargedBytes);

        public long References { get; } = Regions.Sum(region => region.State.References);
    }

    public static string Write(IObservedManager manager)
    {
        List<FileEntry> files = manager.Files();
        var dump = new TableDump();
        List<Holding> holdings = Holdings(files, manager.Table.Detached());
        dump.Totals(manager, holdings);
        dump.Files(holdings, files);
        dump.Leases(manager, holdings);
        dump.Regions(holdings);
        return dump._text.ToString();
    }

    /// <summary>The files with regions, those that hold most first, including closed files with leases.</summary>
    private static List<Holding> Holdings(List<FileEntry> files, List<Region> detached)
    {
        Dictionary<RegionDirectory, FileEntry> open = files.ToDictionary(file => file.Directory);
        return
        [
            .. files.SelectMany(file => file.Directory.Snapshot()).Concat(detached).Distinct()
                .GroupBy(region => region.Directory)
                .Select(file => new Holding(file.Key.Name, open.ContainsKey(file.Key) ? "" : " (closed)", [.. file]))
                .OrderByDescending(holding => holding.Bytes).ThenBy(holding => holding.Name, StringComparer.Ordinal),
        ];
    }

    private void Totals(IObservedManager manager, List<Holding> holdings)
    {
        MapStatistics now = manager.GetStatistics();
        RegionBudget limits = manager.Table.Budget;
        Line($"Held by {(manager.IsDisposed ? "a disposed manager" : "the manager")}, of what it may hold");
        Bytes("mapped", now.MappedBytes, limits.Mapped.Max, now.PeakMappedBytes);
        Bytes("copied", now.CopiedBytes, limits.Copied.Max, now.PeakCopiedBytes);
        int over = now.RegionsOverBudget;
        Line($"  regions  {now.Regions,16:N0} of {limits.MaxRegions:N0}, {over:N0} of them over the budget");
        var files = new Amount(now.OpenFiles, "file");
        Line($"  handles  {now.OpenHandles,16:N0} of {manager.MaxOpenHandles:N0}, for {files:N0}");
        int spans = holdings.Sum(SpansOf);
        string references = now.LiveHeapLeases == 1 ? "reference" : "references";
        const string Holders = "(heap leases, cursors, readers; span leases that need one)";
        Line($"  leases   {now.LiveHeapLeases,16:N0} {references} {Holders}, {new Amount(spans, "span lease"):N0}");
        _text.AppendLine(
            CultureInfo.InvariantCulture,
            $"So far: {new Amount(now.Misses, "miss", "misses"):N0}, {new Amount(now.Maps, "map"):N0}, "
            + $"{MapStatistics.ReadsOf(now.Copies):N0}, "
            + $"{new Amount(now.Evictions, "eviction"):N0}, "
            + $"{new Amount(now.MapFailuresRetried, "retry", "retries"):N0}, "
            + $"{new Amount(now.FallbacksToCopy, "fallback to copies", "fallbacks to copies"):N0}");
        if (now.AbandonedSpanLeases == 0) return;
        const string Abandoned = "Span leases whose thread ended before they did, in the process";
        Line($"{Abandoned}: {now.AbandonedSpanLeases:N0}; each pins a region for ever");
    }

    private void Bytes(string kind, long held, long max, long peak) =>
        Line($"  {kind}   {held,16:N0} of {Amount.Bytes(max):N0} ({Percent(held, max)}); peak {peak:N0}");

    private void Files(List<Holding> holdings, List<FileEntry> files)
    {
        Line();
        Line($"{"bytes",16} {"regions",8} {"pinned",8} {"references",11} {"spans",6}  file");
        foreach (Holding holding in holdings)
        {
            _text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{holding.Bytes,16:N0} {holding.Regions.Count,8:N0} {holding.Regions.Count(IsPinned),8:N0} "
                + $"{holding.References,11:N0} {SpansOf(holding),6:N0}  {holding.Name}{holding.State}");
        }

        HashSet<RegionDirectory> shown = [.. holdings.Select(holding => holding.Regions[0].Directory)];
        int idle = files.Count(file => !shown.Contains(file.Directory));
        if (idle > 0) Line($"{0,16} {0,8} {0,8} {0,11} {0,6}  {new Amount(idle, "other open file"):N0}");
    }

    private void Leases(IObservedManager manager, List<Holding> holdings)
    {
        if (manager.Tracker is not { } tracker)
        {
            if (!holdings.Any(holding => holding.References > 0)) return;
            Line($"Where its leases were taken is not known: MapManagerOptions.TrackLeases is off.");
            return;
        }

        // Many leases of one place are one leak.
        var places = tracker.Live.GroupBy(lease => lease.TakenAt)
            .Select(place => (TakenAt: place.Key, Leases: place.OrderBy(lease => lease.Number).ToList()))
            .OrderByDescending(place => place.Leases.Sum(lease => lease.Range.Length));
        foreach ((string takenAt, List<TrackedLease> leases) in places)
        {
            Line();
            Line($"{leases.Count:N0} live, {Amount.Bytes(leases.Sum(lease => lease.Range.Length)):N0}, taken at");
            _text.AppendLine(takenAt);
            foreach (TrackedLease lease in leases.Take(3)) Line($"  {lease}");
            if (leases.Count > 3) Line($"  and {new Amount(leases.Count - 3, "younger one"):N0}");
        }
    }

    private void Regions(List<Holding> holdings)
    {
        foreach (Holding holding in holdings)
        {
            Line();
            Line($"{holding.Name}{holding.State}, regions that are pinned first");
            foreach (Region region in holding.Regions.OrderByDescending(IsPinned).ThenBy(region => region.Start))
            {
                _text.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"  {region.Range,-32} {(region.Memory.IsCopy ? "copied" : "mapped")} {region.ChargedBytes,14:N0}  "
                    + $"{PinsOf(region),-28} {region.AgeSeconds,9:F1} s old, {Use(region)}");
            }
        }
    }

    private bool IsPinned(Region region) => region.State.References > 0 || _spans.ContainsKey(region.Id);

    private int SpansOf(Holding holding) => holding.Regions.Sum(region => _spans.GetValueOrDefault(region.Id));

    private string PinsOf(Region region)
    {
        if (region.State.IsLoading) return "loading";
        if (region.State.IsRetired) return "unmap refused";
        if (!IsPinned(region)) return "idle";
        int spans = _spans.GetValueOrDefault(region.Id);
        string pins = string.Create(
            CultureInfo.InvariantCulture,
            $"{new Amount(region.State.References, "reference")}, {new Amount(spans, "span")}");
        if (region.IsExact) pins += ", exact";
        return UnreadableBytes.AreIn(region, region.Start, region.Length) ? $"{pins}, unreadable in part" : pins;
    }

    private static string Use(Region region) => region.Touched switch
    {
        ClockEntry.Fresh => "new",
        ClockEntry.Used => "used since the clock looked",
        _ => "not used since the clock looked",
    };

    private static string Percent(long part, long whole) =>
        string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:F0} %");

    private void Line(FormattableString? line = null) =>
        _text.AppendLine(line is null ? "" : FormattableString.Invariant(line));
}
