using Mmap.Spans.Regions;
using Mmap.Spans.Scheduled.Scheduling;

namespace Mmap.Spans.Scheduled.Protocol;

/// <summary>The listener of the table: acts for a scenario when regions leave, and counts the reports.</summary>
internal sealed class Listener : IRegionObserver
{
    private bool _acting;

    /// <summary>The action after regions have left; regions that it evicts itself do not repeat it.</summary>
    public Action? OnLeft { get; set; }

    public void Missed()
    {
    }

    public void Loaded(Region region) => Hear("tells of a load");

    public void Left(in LeavingRegions regions, bool evicted)
    {
        Hear("tells of what left");
        if (OnLeft is null || _acting) return;
        _acting = true;
        OnLeft();
        _acting = false;
    }

    /// <summary>A moment at which foreign code runs, which may do and wait for anything.</summary>
    private static void Hear(string what)
    {
        Schedule.Pause(what);
        if (Schedule.OwnsAMonitor) Schedule.Fail($"The table {what} from inside a monitor.");
    }

    public void Retried(string file, FileRange range, string refusal)
    {
    }

    public void Unreadable(Region region, FileRange range)
    {
    }

    public void Copied(string file, long offset, int length)
    {
    }

    public void Admitted(string file, long offset)
    {
    }

    public void FellBack(string file, FileRange range, string refusal)
    {
    }

    public void FileChanged(string file, FileRange range, string what)
    {
    }
}
