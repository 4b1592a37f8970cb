using System.Diagnostics.Tracing;

namespace Mmap.Spans.Tool.Inspection;

/// <summary>Tracks the mapped ranges of one file through the library's events. Thread-safe.</summary>
/// <remarks>The library's events are public; any program can watch itself in the same way.</remarks>
internal sealed class WindowLog : EventListener
{
    private const string Source = "Mmap.Spans";
    private const int Mapped = 1;
    private const int Unmapped = 2;

    /// <summary>
    /// The lock. The base constructor may already raise events; only initialized fields exist by then.
    /// </summary>
    private readonly object _lock = new();
    private readonly Dictionary<(long Offset, long Length), WindowUse> _uses = [];
    private string _path = "";

    /// <summary>Starts anew with a file, named by its full path.</summary>
    public void Follow(string path)
    {
        lock (_lock)
        {
            _path = path;
            _uses.Clear();
        }
    }

    /// <summary>Every range mapped so far, in file order.</summary>
    public List<WindowUse> Snapshot()
    {
        lock (_lock) return [.. _uses.Values.OrderBy(use => use.Offset)];
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Source) EnableEvents(eventSource, EventLevel.Verbose);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventId is not (Mapped or Unmapped)
            || eventData.Payload is not [string file, long offset, long length, ..]) return;

        lock (_lock)
        {
            if (file != _path) return;
            WindowUse use = _uses.GetValueOrDefault((offset, length), new WindowUse(offset, length, 0, 0));
            _uses[(offset, length)] = eventData.EventId == Mapped
                ? use with { Now = use.Now + 1, Maps = use.Maps + 1 }
                : use with { Now = use.Now - 1 };
        }
    }
}
