using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace Mmap.Spans.Tests.Infrastructure;

/// <summary>The library's events about one file, in order.</summary>
internal sealed class EventLog(string path) : EventListener
{
    private readonly ConcurrentQueue<Entry> _seen = new();

    /// <summary>One event: its name and its payload by name.</summary>
    public sealed record Entry(string Name, IReadOnlyDictionary<string, object?> Payload)
    {
        public (long Offset, long Length) Range => ((long)Payload["offset"]!, (long)Payload["length"]!);
    }

    public IReadOnlyList<Entry> Seen => [.. _seen];

    public IEnumerable<string> Names => Seen.Select(entry => entry.Name);

    /// <summary>The action at each event about the file, on the thread that raises the event.</summary>
    public Action<Entry>? Then { get; set; }

    /// <summary>The one event of that name.</summary>
    public Entry Single(string name) => Seen.Single(entry => entry.Name == name);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Mmap.Spans") EnableEvents(eventSource, EventLevel.Verbose);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        // The first event may come while the constructor of the base is still at work. Another test's may come as well.
        if (eventData.Payload?.Contains(path) != true) return;
        var entry = new Entry(eventData.EventName!, eventData.PayloadNames!.Zip(eventData.Payload)
            .ToDictionary(part => part.First, part => part.Second));
        _seen.Enqueue(entry);
        Then?.Invoke(entry);
    }
}
