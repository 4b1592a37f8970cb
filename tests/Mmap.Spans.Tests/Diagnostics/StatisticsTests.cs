using System.Buffers;
using System.IO.Pipelines;
using Mmap.Spans.Tests.Infrastructure;
using Mmap.Spans.Tests.Pipelines;
using Xunit;

namespace Mmap.Spans.Tests.Diagnostics;

/// <summary>The figures stay right when files and managers are disposed under live leases, until the last one
/// ends.</summary>
public sealed class StatisticsTests
{
    private static readonly int s_window = LeakCheckedTest.Granule;

    public static MatrixTheoryData<string, Backing> Kinds =>
        new(["memory", "handle", "exact", "sequence", "cursor", "reader", "stream"], [Backing.Map, Backing.Copy]);

    [Fact]
    public void AUserMakesWhatFiguresATestNeedsAndReadsThemInUnits()
    {
        var some = new MapStatistics { MappedBytes = 1536, PeakMappedBytes = 3L << 40, Regions = 2, Misses = 7 };

        Assert.StartsWith("1.5 KiB mapped (peak 3 TiB) and 0 B copied (peak 0 B) in 2 regions", some.ToString());
        Assert.Contains("so far 7 misses, 0 maps", some.ToString());
        Assert.Equal("8 EiB mapped", new MapStatistics { MappedBytes = long.MaxValue }.ToString()[..12]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WhatIsStillLeasedIsStillCounted(string kind, Backing backing)
    {
        using SampleFile sample = SampleFile.OfLength(8 * s_window);
        foreach (string ended in (string[])["file", "manager", "both", "release"])
        {
            var manager = new MapManager(new MapManagerOptions { WindowSize = s_window, Overlap = 0 });
            MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing });
            (Action end, int regions, int leases) = Take(file, kind);
            MapStatistics before = manager.GetStatistics();
            long bytes = before.MappedBytes + before.CopiedBytes;
            AssertHeld();

            // An idle region beside it, which is evicted at once.
            file.LeaseSpan(7 * s_window, 8).Dispose();
            if (ended == "release") manager.Release(sample.Path);
            if (ended is "file" or "both") file.Dispose();
            // A reader and a stream keep the file open.
            if (ended == "file" && (kind is "reader" or "stream")) Assert.Equal(1, manager.Trim());
            if (ended is "manager" or "both") manager.Dispose();
            AssertHeld();
            Assert.Contains(sample.Path, manager.Dump());

            end();
            if (ended == "release") file.Dispose();
            AtRest.AssertNothingHeld(manager);
            manager.Dispose();

            void AssertHeld()
            {
                MapStatistics now = manager.GetStatistics();
                Assert.True(
                    now.MappedBytes == (backing == Backing.Copy ? 0 : bytes)
                        && now.CopiedBytes == (backing == Backing.Copy ? bytes : 0) && now.Regions == regions
                            && now.LiveHeapLeases == leases,
                    $"With {ended} ended, {bytes} bytes, {regions} regions and {leases} leases should be there: {now}");
            }
        }
    }

    [Fact]
    public void ASpanLeaseKeepsTheBytesCountedToo()
    {
        using SampleFile sample = SampleFile.OfLength(8 * s_window);
        var manager = new MapManager(new MapManagerOptions { WindowSize = s_window, Overlap = 0 });
        MappedFile file = manager.Open(sample.Path);
        using (SpanLease lease = file.LeaseSpan(s_window, 8))
        {
            file.Dispose();
            manager.Dispose();
            Assert.Equal((s_window, 1), (manager.GetStatistics().MappedBytes, manager.GetStatistics().Regions));
            SampleFile.AssertBytes(lease.Span, s_window);
        }

        AtRest.AssertNothingHeld(manager);
    }

    /// <summary>Takes a lease or a view; returns its end, and the regions and leases that it holds.</summary>
    private static (Action End, int Regions, int Leases) Take(MappedFile file, string kind)
    {
        switch (kind)
        {
            case "memory":
                MemoryLease memory = file.LeaseMemory(s_window, 8);
                return (memory.Dispose, 1, 1);
            case "handle":
                MemoryLease pinned = file.LeaseMemory(s_window, 8);
                MemoryHandle handle = pinned.Memory.Pin();
                pinned.Dispose();
                return (handle.Dispose, 1, 1);
            case "exact":
                MemoryLease exact = file.LeaseMemory(s_window, s_window + 1);
                return (exact.Dispose, 1, 1);
            case "sequence":
                SequenceLease sequence = file.LeaseSequence(s_window, 2 * s_window);
                return (sequence.Dispose, 2, 2);
            case "cursor":
                WindowCursor cursor = file.CreateCursor();
                cursor.MoveTo(s_window);
                return (cursor.Dispose, 1, 1);
            case "reader":
                PipeReader reader = file.CreatePipeReader();
                reader.ReadNow();
                return (() => reader.Complete(), 1, 1);
            default:
                Stream stream = file.OpenStream();
                stream.ReadByte();
                return (stream.Dispose, 1, 1);
        }
    }
}
