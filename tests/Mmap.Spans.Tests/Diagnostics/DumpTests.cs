using System.Globalization;
using System.Runtime.CompilerServices;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Diagnostics;

/// <summary>"Who holds my memory?" is answered out of the dump alone.</summary>
public sealed class DumpTests : LeakCheckedTest
{
    [Fact]
    public void TheDumpTellsWhoHoldsTheMemory()
    {
        MapManager manager = ManagerOf(new MapManagerOptions
        {
            WindowSize = Granule,
            Overlap = 0,
            MaxMappedBytes = 8 * Granule,
            TrackLeases = true,
        });
        MappedFile little = OpenSample(manager, 4 * Granule, out SampleFile littleSample);
        MappedFile much = OpenSample(manager, 8 * Granule, out SampleFile muchSample);
        MappedFile unused = OpenSample(manager, 4 * Granule, out SampleFile unusedSample);
        little.LeaseSpan(0, 8).Dispose();
        List<MemoryLease> leak = Leak(much);
        using SpanLease span = little.LeaseSpan(2 * Granule, 8);

        string dump = manager.Dump();
        string[] lines = dump.Split(Environment.NewLine);

        // Totals against the budget.
        string mapped = $"{Number(7 * Granule)} of {Number(8 * Granule)} bytes (88 %); peak {Number(7 * Granule)}";
        Assert.Contains(lines, line => line.EndsWith(mapped, StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(" maps, 0 reads instead of maps, ", StringComparison.Ordinal));
        const string Leases = "5 references (heap leases, cursors, readers; span leases that need one), 1 span lease";
        Assert.Contains(lines, line => line.Contains(Leases, StringComparison.Ordinal));

        // The files, by what they hold.
        int header = Array.FindIndex(lines, line => line.TrimEnd().EndsWith("spans  file", StringComparison.Ordinal));
        Assert.Equal([Number(5 * Granule), "5", "5", "5", "0", muchSample.Path], Cells(lines[header + 1]));
        Assert.Equal([Number(2 * Granule), "2", "1", "0", "1", littleSample.Path], Cells(lines[header + 2]));
        Assert.Equal(["0", "0", "0", "0", "0", "1", "other", "open", "file"], Cells(lines[header + 3]));
        Assert.DoesNotContain(lines[header..(header + 4)], line => line.Contains(unusedSample.Path));
        Assert.Contains(lines, line => line.StartsWith($"  file of '{unusedSample.Path}', ", StringComparison.Ordinal));

        // The place of the leases: one place for all of them, not five.
        const string Place = $"{nameof(DumpTests)}.{nameof(Leak)}(";
        Assert.Single(lines, line => line.Contains(Place, StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("5 live, 50 bytes, taken at", StringComparison.Ordinal));
        Assert.Contains(lines, line =>
            line.Contains($"memory lease of bytes [0, 10) of '{muchSample.Path}', ", StringComparison.Ordinal));

        // The regions, pinned ones first.
        int regions = Array.FindIndex(lines, line => line.StartsWith(littleSample.Path, StringComparison.Ordinal));
        string size = $"+mapped +{Number(Granule)}";
        const string Age = @"+\d+\.\d s old, new$";
        Assert.Matches(
            $@"^  \[{2 * Granule}, {3 * Granule}\) {size}  0 references, 1 span {Age}", lines[regions + 1]);
        Assert.Matches($@"^  \[0, {Granule}\) {size}  idle {Age}", lines[regions + 2]);

        foreach (MemoryLease lease in leak) lease.Dispose();
        Assert.DoesNotContain(Place, manager.Dump());
    }

    [Fact]
    public void AClosedFileAndADisposedManagerAreStillAnswered()
    {
        var options = new MapManagerOptions { WindowSize = Granule, Overlap = 0, CopyWhenFull = false };
        MapManager manager = ManagerOf(options);
        MappedFile file = OpenSample(manager, 4 * Granule, out SampleFile sample);
        using MemoryLease exact = file.LeaseMemory(10, Granule);
        file.Dispose();
        manager.Dispose();
        string dump = manager.Dump();
        Assert.StartsWith("Held by a disposed manager", dump);
        Assert.Contains($"{sample.Path} (closed)", dump);
        Assert.Contains("1 reference, 0 spans, exact", dump);
        Assert.Contains("TrackLeases is off", dump);
    }

    [Fact]
    public void EachSpanLeaseOfARegionCounts()
    {
        MappedFile file =
            OpenSample(ManagerOf(new MapManagerOptions { WindowSize = Granule, Overlap = 0 }), 4 * Granule, out _);
        using SpanLease one = file.LeaseSpan(0, 8), other = file.LeaseSpan(100, 8);
        string dump = file.Manager.Dump();
        Assert.Contains("0 references, 2 spans", dump);
        Assert.Contains(", 2 span leases", dump);
    }

    [Fact]
    public void WhatTheSystemRefusesToUnmapIsShownAsThat()
    {
        using SampleFile sample = SampleFile.OfLength(4 * Granule);
        var plan = new FaultPlan(1) { FaultsPerThousand = 0 };
        var options = new MapManagerOptions { WindowSize = Granule, Overlap = 0 };
        using var manager = new MapManager(options) { WrapBacking = plan.Wrap };
        using MappedFile file = manager.Open(sample.Path);
        file.LeaseSpan(0, 8).Dispose();
        plan.FaultsPerThousand = 1000;
        manager.Trim();
        plan.FaultsPerThousand = 0;
        Assert.Contains("unmap refused", manager.Dump());
        manager.Trim();
        Assert.DoesNotContain("unmap refused", manager.Dump());
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string[] Cells(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<MemoryLease> Leak(MappedFile file)
    {
        List<MemoryLease> leak = [];
        for (int window = 0; window < 5; window++) leak.Add(file.LeaseMemory(window * Granule, 10));
        return leak;
    }
}
