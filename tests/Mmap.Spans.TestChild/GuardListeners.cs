using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;

namespace Mmap.Spans.TestChild;

/// <summary>Listeners hear of unreadable bytes, once a region.</summary>
internal sealed class GuardListeners : EventListener
{
    private readonly List<(long Offset, long Length)> _told = [];
    private int _events;

    /// <summary>Loses bytes of two windows, under several leases, and counts the reports.</summary>
    /// <param name="args">A path to make.</param>
    public static void Listen(string[] args)
    {
        int page = Environment.SystemPageSize, window = 16 * page;
        using var listener = new GuardListeners();
        long counted = 0;
        using var meter = new MeterListener();
        meter.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "mmap_spans.unreadable") self.EnableMeasurementEvents(instrument);
        };
        meter.SetMeasurementEventCallback<long>((_, value, _, _) => counted += value);
        meter.Start();

        using var content = new GuardedFile(args[0], pages: 32, seed: 47);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = window, Overlap = page });
        using MappedFile file = manager.Open(args[0], new MappedFileOptions { Backing = Backing.TruncationSafe });
        MemoryLease[] leases =
            [file.LeaseMemory(0, 2 * page), file.LeaseMemory(page, page), file.LeaseMemory(window, page)];
        MemoryLease late = file.LeaseMemory(window + page, page);
        content.CutTo(page);
        foreach (MemoryLease lease in leases) Check.That(lease.Span[^1] == 0, "What is gone reads as zeroes.");
        bool marked = manager.Dump().Contains("unreadable in part", StringComparison.Ordinal);
        Check.That(marked, "The dump marks the regions.");
        string message = Message(leases[0]);
        Check.That(message.Contains($"[0, {2 * page})", StringComparison.Ordinal), $"The range is named: {message}");
        Check.That(message.Contains($"now has {page} bytes", StringComparison.Ordinal), $"So is the length: {message}");
        foreach (MemoryLease lease in leases[1..]) Message(lease);
        Check.That(late.Span[0] == 0, "What is gone reads as zeroes.");
        file.Dispose();
        message = Message(late);
        Check.That(message.EndsWith("and zeroes stood for them.", StringComparison.Ordinal),
            $"Of a closed file, too: {message}");
        Check.That(manager.GetStatistics().UnreadableRegions == 2, "The statistics count regions, not leases.");
        int events = listener._events;
        Check.That(counted == 2 && events == 2, $"So do the meter ({counted}) and the events ({events}).");
        (long, long)[] told = [.. listener._told.Order()];
        Check.That(told.SequenceEqual([(0, 2L * page), (window, page)]), $"Told of: {string.Join(", ", told)}");
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Mmap.Spans") EnableEvents(eventSource, EventLevel.Warning);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName != "Unreadable") return;
        _events++;
        _told.Add(((long)eventData.Payload![1]!, (long)eventData.Payload[2]!));
    }

    private static string Message(MemoryLease lease)
    {
        try
        {
            lease.Dispose();
            return "nothing";
        }
        catch (FileChangedException e)
        {
            return e.Message;
        }
    }
}
