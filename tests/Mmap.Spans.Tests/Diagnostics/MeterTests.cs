using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using Mmap.Spans.Diagnostics;
using Mmap.Spans.Tests.Infrastructure;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Xunit;

namespace Mmap.Spans.Tests.Diagnostics;

/// <summary>The meter, as each of those who read meters sees it.</summary>
/// <remarks>Other tests use other managers at the same time, so figures are at least what this test holds.</remarks>
public sealed class MeterTests
{
    private const string MeterName = "Mmap.Spans";

    [ThreadStatic]
    private static bool t_listenerFails;

    /// <summary>Every figure that a user is promised, and the unit it comes in.</summary>
    private static readonly Dictionary<string, string> s_units = new()
    {
        ["mmap_spans.memory.mapped"] = "By",
        ["mmap_spans.memory.copied"] = "By",
        ["mmap_spans.regions"] = "{region}",
        ["mmap_spans.regions.over_budget"] = "{region}",
        ["mmap_spans.leases"] = "{lease}",
        ["mmap_spans.files"] = "{file}",
        ["mmap_spans.handles"] = "{handle}",
        ["mmap_spans.maps"] = "{region}",
        ["mmap_spans.misses"] = "{lease}",
        ["mmap_spans.evictions"] = "{region}",
        ["mmap_spans.map.retries"] = "{retry}",
        ["mmap_spans.copy.fallbacks"] = "{fallback}",
        ["mmap_spans.copies"] = "{lease}",
        ["mmap_spans.admissions"] = "{region}",
        ["mmap_spans.unreadable"] = "{region}",
    };

    [Fact]
    public void AMeterListenerSeesEveryFigure()
    {
        var values = new ConcurrentDictionary<string, long>();
        var published = new ConcurrentDictionary<string, Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name != MeterName) return;
            published[instrument.Name] = instrument;
            self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            values.AddOrUpdate(instrument.Name, value, (_, before) =>
                instrument is Counter<long> ? before + value : value));
        listener.Start();

        using var use = new MeteredUse();
        listener.RecordObservableInstruments();

        Assert.Equal(
            s_units, published.ToDictionary(instrument => instrument.Key, instrument => instrument.Value.Unit!));
        Assert.All(published.Values, instrument => Assert.EndsWith(".", instrument.Description));
        AssertAtLeast(values);
    }

    [Fact]
    public void OpenTelemetryExportsEveryFigure()
    {
        var exporter = new KeepingExporter();
        using MeterProvider provider = Sdk.CreateMeterProviderBuilder()
            .AddMeter(MeterName)
            .AddReader(new BaseExportingMetricReader(exporter))
            .Build();

        using var use = new MeteredUse();
        Assert.True(provider.ForceFlush());

        // An instrument exports no value before its first event.
        Assert.Equal(s_units.Where(unit => MeteredUse.Least.ContainsKey(unit.Key)).ToDictionary(),
            exporter.Units.ToDictionary());
        AssertAtLeast(exporter.Values);
    }

    /// <summary><c>dotnet-counters</c> asks the runtime's own event source, with these very arguments.</summary>
    [Fact]
    public void DotnetCountersSeesEveryFigure()
    {
        using var counters = new CountersSession();
        using var use = new MeteredUse();
        counters.WaitFor(MeteredUse.Least.Keys);
    }

    [Fact]
    public void AListenerThatThrowsHarmsNoLoad()
    {
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == MeterName) self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            if (t_listenerFails) throw new InvalidOperationException("The listener says so.");
        });
        listener.Start();

        using SampleFile sample = SampleFile.OfLength(4 * LeakCheckedTest.Granule);
        using var backing = new StampedBacking(1, sample.Length);
        using var events = new EventLog("mmap_spans.maps");
        var manager =
            new MapManager(
                new MapManagerOptions
                {
                    WindowSize = LeakCheckedTest.Granule,
                    Overlap = 0,
                    MaxMappedBytes = LeakCheckedTest.Granule
                })
            { WrapBacking = _ => backing };
        t_listenerFails = true;
        try
        {
            using MappedFile file = manager.Open(sample.Path);
            for (int window = 0; window < 4; window++)
            {
                using MemoryLease lease = file.LeaseMemory(window * LeakCheckedTest.Granule, 8);
                backing.Check(lease.Span, window * LeakCheckedTest.Granule);
            }

            Assert.Equal([3L * LeakCheckedTest.Granule], backing.Loaded);
            Assert.Equal(3, manager.GetStatistics().Evictions);
            manager.Dispose();
        }
        finally
        {
            t_listenerFails = false;
        }

        AtRest.AssertNothingHeld(manager);
        Assert.Empty(backing.Loaded);
        // It is not lost either: there is an event for it.
        Assert.Contains("The listener says so.",
            events.Seen.First(entry => entry.Name == "ListenerFailed").Payload["error"]!.ToString());
    }

    /// <summary>A process that makes managers for ever has a list of those that are there.</summary>
    [Fact]
    public void ManagersThatAreGoneAreForgotten()
    {
        const int Gone = 500;
        Make(Gone);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var manager = new MapManager();
        Assert.InRange(MapMetrics.Managers, 1, Gone - 1);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Make(int count)
        {
            for (int i = 0; i < count; i++) new MapManager().Dispose();
        }
    }

    private static void AssertAtLeast(IReadOnlyDictionary<string, long> values) =>
        Assert.All(MeteredUse.Least, figure =>
        {
            long value = values.GetValueOrDefault(figure.Key);
            Assert.True(value >= figure.Value,
                $"{figure.Key} is {value}, and at least {figure.Value} is held or done.");
        });
}
