using System.Diagnostics.Tracing;

namespace Mmap.Spans.Diagnostics;

/// <summary>
/// The event source <c>Mmap.Spans</c>: one event for each change of a region, with the file and the range. Off unless
/// there is a listener.
/// </summary>
/// <remarks>
/// A listener runs on the thread that loads or sweeps. The event source swallows its exceptions, as every event source
/// does. It must not wait for a window of the file in the event, because this very thread may be loading it.
/// </remarks>
[EventSource(Name = "Mmap.Spans")]
internal sealed class MapEvents : EventSource
{
    public static readonly MapEvents Log = new();

    private MapEvents()
    {
    }

    [Event(1, Level = EventLevel.Verbose, Message = "Loaded '{0}' from {1} on, bytes: {2}, copied: {3}.")]
    public void Map(string file, long offset, long length, bool copied)
    {
        if (IsEnabled()) WriteEvent(1, file, offset, length, copied);
    }

    [Event(2, Level = EventLevel.Verbose, Message = "Unloaded '{0}' from {1} on, bytes: {2}.")]
    public void Unmap(string file, long offset, long length)
    {
        if (IsEnabled()) WriteEvent(2, file, offset, length);
    }

    [Event(3, Level = EventLevel.Informational, Message = "Evicted for the budget '{0}' from {1} on, bytes: {2}.")]
    public void Evict(string file, long offset, long length)
    {
        if (IsEnabled()) WriteEvent(3, file, offset, length);
    }

    [Event(4, Level = EventLevel.Warning, Message =
        "The system refused to load '{0}' from {1} on, bytes: {2}; another region was dropped for a new try: {3}")]
    public void Retry(string file, long offset, long length, string reason)
    {
        if (IsEnabled()) WriteEvent(4, file, offset, length, reason);
    }

    [Event(5, Level = EventLevel.Warning, Message =
        "Copied, not mapped: '{0}' from {1} on, bytes: {2}; it cannot be mapped: {3}")]
    public void Fallback(string file, long offset, long length, string reason)
    {
        if (IsEnabled()) WriteEvent(5, file, offset, length, reason);
    }

    /// <summary>The range is the requested, loaded or evicted one; 0 and 0 for the whole file.</summary>
    [Event(6, Level = EventLevel.Warning, Message = "{3}")]
    public void FileChanged(string file, long offset, long length, string what)
    {
        if (IsEnabled()) WriteEvent(6, file, offset, length, what);
    }

    [Event(7, Level = EventLevel.Error, Message =
        "A {3} was never disposed: '{0}' from {1} on, bytes: {2}, taken at {4}")]
    public void UndisposedLease(string file, long offset, long length, string kind, string takenAt)
    {
        if (IsEnabled()) WriteEvent(7, file, offset, length, kind, takenAt);
    }

    [Event(9, Level = EventLevel.Warning, Message =
        "Some could not be read of the leased bytes of '{0}' from {1} on, bytes: {2}.")]
    public void Unreadable(string file, long offset, long length)
    {
        if (IsEnabled()) WriteEvent(9, file, offset, length);
    }

    [Event(10, Level = EventLevel.Warning, Message = "No truncation guard; TruncationSafe copies in this process: {0}")]
    public void Unguarded(string reason)
    {
        if (IsEnabled()) WriteEvent(10, reason);
    }

    [Event(11, Level = EventLevel.Verbose, Message = "Read for a lease '{0}' from {1} on, bytes: {2}.")]
    public void Copy(string file, long offset, int length)
    {
        if (IsEnabled()) WriteEvent(11, file, offset, length);
    }

    [Event(12, Level = EventLevel.Verbose, Message = "The window of byte {1} of '{0}' gets a place in the full table.")]
    public void Admit(string file, long offset)
    {
        if (IsEnabled()) WriteEvent(12, file, offset);
    }

    [Event(8, Level = EventLevel.Error, Message = "A listener of the meter's '{0}' threw: {1}")]
    public void ListenerFailed(string instrument, string error)
    {
        if (IsEnabled()) WriteEvent(8, instrument, error);
    }
}
