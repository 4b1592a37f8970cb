using System.Text;
using Mmap.Spans.Regions;

namespace Mmap.Spans.Diagnostics;

/// <summary>
/// Describes the leases that hold a full budget, for the error that says so: the file that holds most, and for each
/// kind of pin the number and the way to find the lease.
/// </summary>
/// <param name="regions">The regions that are not unmapped.</param>
/// <param name="copies">The number of memory leases that are copies of their own, which have no region.</param>
/// <param name="isTracking">True if heap leases are recorded.</param>
internal sealed class BudgetHolders(List<Region> regions, long copies, bool isTracking)
{
    private const string Guard = "MapManagerOptions.GuardLeases with TrackLeases tells where they were taken.";
    private const string Track = "MapManagerOptions.TrackLeases tells where they were taken.";
    private const string Dump = "MapManager.Dump() tells where they were taken.";

    /// <summary>Returns sentences; empty if nothing holds the regions now.</summary>
    public string Describe()
    {
        // Exact at this moment: without the fence a lease just taken by another thread could be missing.
        var hazards = new List<long>();
        HazardSlots.Fence();
        HazardSlots.Scan(hazards);
        ILookup<long, long> spans = hazards.ToLookup(id => id);

        var text = new StringBuilder();
        AddLargest(text, [.. regions.Where(region => region.State.References > 0 || spans.Contains(region.Id))]);
        AddReferences(text);
        AddSpans(text, spans);
        return text.ToString().TrimEnd();
    }

    private static void AddLargest(StringBuilder text, List<Region> held)
    {
        var most = held.GroupBy(region => region.Directory.Name)
            .Select(file => (Name: file.Key, Bytes: file.Sum(region => region.ChargedBytes), Regions: file.Count()))
            .OrderByDescending(file => file.Bytes)
            .FirstOrDefault();
        if (most.Name is null) return;
        string much = $"{Amount.Bytes(most.Bytes)} in {new Amount(most.Regions, "region")}";
        text.Append($"Most is held by '{most.Name}': {much}. ");
    }

    private void AddReferences(StringBuilder text)
    {
        long references = regions.Sum(region => region.State.References);
        if (references + copies == 0) return;
        var held = new Amount(regions.Count(region => region.State.References > 0), "region");
        string also = copies > 0 ? $" and {new Amount(copies, "copy", "copies")}" : "";
        text.Append($"By heap leases, cursors, buffers, streams and readers: {new Amount(references, "reference")} on ")
            .Append($"{held}{also}; {(isTracking ? Dump : Track)} ");
    }

    private void AddSpans(StringBuilder text, ILookup<long, long> spans)
    {
        List<Region> held = [.. regions.Where(region => spans.Contains(region.Id))];
        if (held.Count == 0) return;
        var leases = new Amount(held.Sum(region => spans[region.Id].Count()), "lease");
        text.Append($"By span leases: {leases} on {new Amount(held.Count, "region")}; end them with 'using'. {Guard}");
    }
}
