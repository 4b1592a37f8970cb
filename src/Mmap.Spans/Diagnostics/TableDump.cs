using System.Text;
using Mmap.Spans.Files;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Diagnostics;

/// <summary>The table as text, for a person who asks who holds the memory.</summary>
internal static class TableDump
{
    public static string Write(RegionTable table, List<FileEntry> files, LeaseTracker? tracker)
    {
        var text = new StringBuilder();
        RegionBudget budget = table.Budget;
        text.AppendLine(null, $"budget: {budget.Bytes} of {budget.MaxBytes} bytes (peak {budget.PeakBytes}), {budget.Regions} of {budget.MaxRegions} regions");
        text.AppendLine(null, $"so far: {table.Misses} misses, {table.Maps} maps, {table.Evictions} evictions, {table.Retries} retries");
        foreach (FileEntry file in files)
        {
            List<Region> regions = file.Directory.Snapshot();
            text.AppendLine(null, $"file '{file.Handle.Name}': {file.Directory.Length} bytes, {file.Openers} openers, {regions.Count} regions");
            foreach (Region region in regions) text.AppendLine(null, $"  {region}");
        }

        List<Region> apart = table.Apart();
        if (apart.Count > 0) text.AppendLine(null, $"on no grid (exact, or closed and still leased): {apart.Count} regions");
        foreach (Region region in apart) text.AppendLine(null, $"  '{region.Directory.Name}' {region}");

        foreach (TrackedLease lease in tracker?.Live ?? [])
        {
            text.AppendLine(null, $"live {lease}, taken at").AppendLine(lease.TakenAt);
        }

        return text.ToString();
    }
}
