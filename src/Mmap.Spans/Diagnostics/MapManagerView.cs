namespace Mmap.Spans.Diagnostics;

/// <summary>A debugger's view of a manager: the figures, and the files with their regions.</summary>
internal sealed class MapManagerView(IObservedManager manager)
{
    public object Options => manager.Options;

    public MapStatistics Statistics => manager.GetStatistics();

    /// <summary>The open files.</summary>
    public MappedFileView[] Files => [.. manager.Files().Select(file => new MappedFileView(file.Directory))];

    /// <summary>The live leases, if they are tracked.</summary>
    public TrackedLease[] Leases => [.. manager.Tracker?.Live ?? []];

    /// <summary>Everything as text.</summary>
    public string Dump => TableDump.Write(manager);
}
