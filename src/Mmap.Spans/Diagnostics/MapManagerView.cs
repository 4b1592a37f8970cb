namespace Mmap.Spans.Diagnostics;

/// <summary>
/// What a debugger shows of a manager that is unfolded: the figures, and the files with what they hold.
/// </summary>
internal sealed class MapManagerView(IObservedManager manager)
{
    public object Options => manager.Options;

    public MapStatistics Statistics => manager.GetStatistics();

    /// <summary>The open files.</summary>
    public MappedFileView[] Files => [.. manager.Files().Select(file => new MappedFileView(file.Directory))];

    /// <summary>The leases that live, where they are tracked.</summary>
    public TrackedLease[] Leases => [.. manager.Tracker?.Live ?? []];

    /// <summary>All of it as text.</summary>
    public string Dump => TableDump.Write(manager);
}
