using System.Collections.Concurrent;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Mmap.Spans.Tests.Diagnostics;

/// <summary>An exporter of OpenTelemetry that keeps what it is given.</summary>
internal sealed class KeepingExporter : BaseExporter<Metric>
{
    public ConcurrentDictionary<string, long> Values { get; } = new();

    public ConcurrentDictionary<string, string> Units { get; } = new();

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (Metric metric in batch)
        {
            Units[metric.Name] = metric.Unit;
            foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
                Values[metric.Name] = point.GetSumLong();
        }

        return ExportResult.Success;
    }
}
