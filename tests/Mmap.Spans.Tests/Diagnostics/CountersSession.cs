using System.Diagnostics.Tracing;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Diagnostics;

/// <summary>Listens as <c>dotnet-counters monitor --counters Mmap.Spans</c> does, but from inside the
/// process.</summary>
internal sealed class CountersSession : EventListener
{
    /// <summary>The keyword of <c>System.Diagnostics.Metrics</c> for values over time.</summary>
    private const EventKeywords TimeSeriesValues = (EventKeywords)2;

    private readonly HashSet<string> _seen = [];

    /// <summary>Returns when each of the instruments has been heard of.</summary>
    public void WaitFor(IEnumerable<string> instruments)
    {
        string[] wanted = [.. instruments];
        DateTime until = DateTime.UtcNow + TestThread.Patience;
        lock (_seen)
        {
            while (!_seen.IsSupersetOf(wanted))
                Assert.True(Monitor.Wait(_seen, until - DateTime.UtcNow),
                    $"Never heard of: {string.Join(", ", wanted.Except(_seen))}");
        }
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name != "System.Diagnostics.Metrics") return;
        EnableEvents(eventSource, EventLevel.Informational, TimeSeriesValues, new Dictionary<string, string?>
        {
            ["SessionId"] = Guid.NewGuid().ToString(),
            ["Metrics"] = "Mmap.Spans",
            ["RefreshInterval"] = "0.2",
            ["MaxTimeSeries"] = "100",
            ["MaxHistograms"] = "10",
        });
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName is not ("CounterRateValuePublished" or "UpDownCounterRateValuePublished")) return;
        int name = eventData.PayloadNames!.IndexOf("instrumentName");
        lock (_seen)
        {
            _seen.Add((string)eventData.Payload![name]!);
            Monitor.PulseAll(_seen);
        }
    }
}
