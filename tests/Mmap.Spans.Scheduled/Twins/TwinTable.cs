namespace Mmap.Spans.Scheduled.Twins;

/// <summary>All twins: what a careless change could do to the table.</summary>
public static class TwinTable
{
    public static IReadOnlyList<Twin> All { get; } = [.. HazardTwins.All, .. StateTwins.All, .. TableTwins.All];
}
