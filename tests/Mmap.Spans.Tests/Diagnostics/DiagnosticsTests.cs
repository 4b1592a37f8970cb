using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using System.Runtime.CompilerServices;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Diagnostics;

public class DiagnosticsTests
{
    [Fact]
    public void TheMeterTellsWhatIsHeldAndWhatWasDone()
    {
        using SampleFile sample = SampleFile.OfLength(200_000);
        var counted = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Mmap.Spans") self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            if (instrument is Counter<long>) counted.AddOrUpdate(instrument.Name, value, (_, sum) => sum + value);
            else counted[instrument.Name] = value;
        });
        listener.Start();

        using var manager = new MapManager(new MapManagerOptions { WindowSize = 64 << 10, Overlap = 0, MaxMappedBytes = 64 << 10 });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        file.LeaseSpan(0, 8).Dispose();
        using MemoryLease held = file.LeaseMemory(70_000, 8);
        listener.RecordObservableInstruments();

        // Other tests use other managers at the same time, so these are the least that must be there.
        Assert.InRange(counted["mmap_spans.maps"], 2, long.MaxValue);
        Assert.InRange(counted["mmap_spans.misses"], 2, long.MaxValue);
        Assert.InRange(counted["mmap_spans.evictions"], 1, long.MaxValue);
        Assert.InRange(counted["mmap_spans.memory.mapped"], 64 << 10, long.MaxValue);
        Assert.InRange(counted["mmap_spans.leases"], 1, long.MaxValue);
        Assert.InRange(counted["mmap_spans.handles"], 1, long.MaxValue);
    }

    [Fact]
    public void TheEventSourceTellsOfMapsEvictionsAndUndisposedLeases()
    {
        using SampleFile sample = SampleFile.OfLength(200_000);
        using var listener = new Listener(sample.Path);
        var manager = new MapManager(new MapManagerOptions { WindowSize = 64 << 10, Overlap = 0, MaxMappedBytes = 64 << 10, TrackLeases = true });
        MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        file.LeaseSpan(0, 8).Dispose();
        MemoryLease forgotten = file.LeaseMemory(70_000, 8);
        Assert.Contains(nameof(TheEventSourceTellsOfMapsEvictionsAndUndisposedLeases), manager.Dump());
        manager.Dispose();
        Assert.Equal(["Map", "Unmap", "Evict", "Map", "UndisposedLease"], listener.Seen);
        forgotten.Dispose();
        Assert.Equal("Unmap", listener.Seen[^1]);
        Assert.DoesNotContain("taken at", manager.Dump());
    }

    [Fact]
    public void ALeaseThatIsLostIsReportedOnce()
    {
        using SampleFile sample = SampleFile.OfLength(200_000);
        using var listener = new Listener(sample.Path);
        using var manager = new MapManager(new MapManagerOptions { TrackLeases = true });
        using MappedFile file = manager.Open(sample.Path);
        Lose(file);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Single(listener.Seen, "UndisposedLease");
        Assert.Contains("lost without being disposed", manager.Dump());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Lose(MappedFile file) => file.LeaseMemory(5, 10);

    /// <summary>The names of the library's events about one file, in order.</summary>
    private sealed class Listener(string path) : EventListener
    {
        private readonly ConcurrentQueue<string> _seen = new();

        public IReadOnlyList<string> Seen => [.. _seen];

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Mmap.Spans") EnableEvents(eventSource, EventLevel.Verbose);
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            // The first event may come while the constructor of the base is still at work.
            if (eventData.Payload?.Contains(path) == true) _seen.Enqueue(eventData.EventName!);
        }
    }
}
