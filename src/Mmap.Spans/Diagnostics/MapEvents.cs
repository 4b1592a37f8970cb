using System.Diagnostics.Tracing;

namespace Mmap.Spans.Diagnostics;

/// <summary>The event source <c>Mmap.Spans</c>: what happens to regions, one event each. Off unless somebody listens.</summary>
[EventSource(Name = "Mmap.Spans")]
internal sealed class MapEvents : EventSource
{
    public static readonly MapEvents Log = new();

    private MapEvents()
    {
    }

    [Event(1, Level = EventLevel.Verbose, Message = "Loaded {2} bytes at {1} of '{0}', copied: {3}.")]
    public void Map(string file, long offset, int length, bool copied)
    {
        if (IsEnabled()) WriteEvent(1, file, offset, length, copied);
    }

    [Event(2, Level = EventLevel.Verbose, Message = "Unloaded {2} bytes at {1} of '{0}'.")]
    public void Unmap(string file, long offset, int length)
    {
        if (IsEnabled()) WriteEvent(2, file, offset, length);
    }

    [Event(3, Level = EventLevel.Informational, Message = "Evicted the region at {1} of '{0}' for the budget.")]
    public void Evict(string file, long offset)
    {
        if (IsEnabled()) WriteEvent(3, file, offset);
    }

    [Event(4, Level = EventLevel.Warning, Message = "The system refused to load bytes at {1} of '{0}'; another region was dropped and it is tried again: {2}")]
    public void Retry(string file, long offset, string reason)
    {
        if (IsEnabled()) WriteEvent(4, file, offset, reason);
    }

    [Event(5, Level = EventLevel.Warning, Message = "'{0}' cannot be mapped and is copied instead: {1}")]
    public void Fallback(string file, string reason)
    {
        if (IsEnabled()) WriteEvent(5, file, reason);
    }

    [Event(6, Level = EventLevel.Warning, Message = "{0}")]
    public void FileChanged(string what)
    {
        if (IsEnabled()) WriteEvent(6, what);
    }

    [Event(7, Level = EventLevel.Error, Message = "A {0} was never disposed: {2} bytes at {1} of '{3}', taken at {4}")]
    public void UndisposedLease(string kind, long offset, long length, string file, string takenAt)
    {
        if (IsEnabled()) WriteEvent(7, kind, offset, length, file, takenAt);
    }
}
