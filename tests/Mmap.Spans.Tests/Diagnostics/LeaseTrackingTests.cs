using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Mmap.Spans.Diagnostics;
using Mmap.Spans.Tests.Infrastructure;
using Mmap.Spans.Tests.Pipelines;
using Xunit;

namespace Mmap.Spans.Tests.Diagnostics;

/// <summary>Leases that record where they were taken, and undisposed ones.</summary>
public sealed class LeaseTrackingTests : LeakCheckedTest
{
    public static TheoryData<string> Kinds =>
        ["memory lease", "sequence lease", "cursor", "buffer", "pipe reader", "stream"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ADisposedManagerReportsEachLeaseWithItsFileRangeAndPlace(string kind)
    {
        MappedFile file = OpenTracked(out SampleFile sample);
        using var events = new EventLog(sample.Path);
        IDisposable lease = TakeHere(file, kind);
        file.Manager.Dispose();

        EventLog.Entry report = Reports(events).Single(report => (string)report.Payload["kind"]! != "file");
        Assert.Equal(kind, report.Payload["kind"]);
        Assert.Equal(sample.Path, report.Payload["file"]);
        (long offset, long length) = report.Range;
        Assert.True(offset <= Granule + 10
            && offset + length >= Granule + 20, $"[{offset}, {offset + length}) should hold what was leased.");
        string[] places = ((string)report.Payload["takenAt"]!).Split('\n');
        Assert.DoesNotContain("LeaseTracker", places[0]);
        Assert.Contains(places, place => place.Contains(nameof(TakeHere), StringComparison.Ordinal));
        Assert.Contains(nameof(TakeHere), file.Manager.Dump());

        lease.Dispose();
        Assert.DoesNotContain(nameof(TakeHere), file.Manager.Dump());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void WhatIsDisposedIsNotReportedHoweverOften(string kind)
    {
        MappedFile file = OpenTracked(out SampleFile sample);
        using var events = new EventLog(sample.Path);
#pragma warning disable MMS001 // It throws.
        using IDisposable other = file.LeaseMemory(0, 1);
#pragma warning restore MMS001
        IDisposable lease = TakeHere(file, kind);
        lease.Dispose();
        lease.Dispose();
        lease.Dispose();
        Assert.DoesNotContain(nameof(TakeHere), file.Manager.Dump());
        Assert.Equal(1, LiveLeases);
        file.Manager.Dispose();
        // The other one alone.
        Assert.Equal((0L, 1L), Reports(events).Single(report => (string)report.Payload["kind"]! != "file").Range);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("cursor")]
    [InlineData("pipe reader")]
    public void WhatHoldsNothingYetIsReportedToo(string kind)
    {
        MappedFile file = OpenTracked(out SampleFile sample);
        using var events = new EventLog(sample.Path);
        using WindowCursor cursor = file.CreateCursor();
        PipeReader reader = file.CreatePipeReader();
        Assert.Contains($"{kind} of '{sample.Path}'", file.Manager.Dump());
        if (kind != "cursor") cursor.Dispose();
        if (kind != "pipe reader") reader.Complete();
        if (kind != "file") file.Dispose();

        file.Manager.Dispose();

        Assert.Equal(kind, Assert.Single(Reports(events)).Payload["kind"]);
        reader.Complete();
    }

    [Fact]
    public void AFileThatIsForgottenIsReported()
    {
        using SampleFile sample = SampleFile.OfLength(200_000);
        using var events = new EventLog(sample.Path);
        using var manager = new MapManager(new MapManagerOptions { TrackLeases = true });
        Forget(manager, sample.Path);
        CollectAll();
        CollectAll();
        Assert.Equal("file", Assert.Single(Reports(events)).Payload["kind"]);
    }

    [Fact]
    public void ALeaseThatIsLostIsReportedOnceAndStaysInTheDump()
    {
        using SampleFile sample = SampleFile.OfLength(200_000);
        using var events = new EventLog(sample.Path);
        using var manager = new MapManager(new MapManagerOptions { TrackLeases = true });
        using MappedFile file = manager.Open(sample.Path);
        Lose(file);
        CollectAll();
        CollectAll();
        Assert.Equal((5L, 10L), events.Single("UndisposedLease").Range);
        Assert.Contains("lost without being disposed", manager.Dump());
    }

    [Fact]
    public void ACursorIsTrackedWithTheWindowThatItHoldsAndWithNoneOnceItIsReleased()
    {
        MappedFile file = OpenTracked(out SampleFile sample);
        using WindowCursor cursor = file.CreateCursor();
        TrackedLease tracked = Assert.Single(file.Manager.Tracker!.Live, lease => lease.Kind == "cursor");
        Assert.True(cursor.MoveTo(Granule + 10));
        Assert.Equal(new FileRange(cursor.WindowOffset, cursor.WindowSpan.Length), tracked.Range);
        cursor.Release();
        Assert.Equal(default, tracked.Range);
        Assert.Contains($"cursor of '{sample.Path}'", file.Manager.Dump());
    }

    [Fact]
    public void ACursorThatCannotBeClonedLeavesNoSecondOne()
    {
        MappedFile file = OpenTracked(out _);
        using WindowCursor cursor = file.CreateCursor();
        Assert.True(cursor.MoveTo(10));
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(cursor.Clone);
        Assert.Single(file.Manager.Tracker!.Live, lease => lease.Kind == "cursor");
    }

    /// <summary>The manager cannot be asked any more, but the lease's own report still comes.</summary>
    [Fact]
    public void ALeaseLostAfterItsManagerWasDisposedIsReportedAgain()
    {
        using SampleFile sample = SampleFile.OfLength(200_000);
        using var events = new EventLog(sample.Path);
        LoseWithManager(sample.Path);
        CollectAll();
        Assert.Equal(2, Reports(events).Count(report => (string)report.Payload["kind"]! == "memory lease"));
    }

    [Fact]
    public void UnderGuardASpanLeaseThatItsThreadForgotIsReported()
    {
        using SampleFile sample = SampleFile.OfLength(200_000);
        using var events = new EventLog(sample.Path);
        using var manager = new MapManager(new MapManagerOptions { TrackLeases = true, GuardLeases = true });
        using MappedFile file = manager.Open(sample.Path);
        TestThread.Start(() => file.LeaseSpan(0, 5).Dispose()).Join();
#pragma warning disable MMS001 // Lost on purpose: that is what is reported.
        TestThread.Start(() => file.LeaseSpan(7, 5)).Join();
#pragma warning restore MMS001
        Assert.Contains("span lease of bytes [7, 12)", manager.Dump());
        CollectAll();
        CollectAll();
        EventLog.Entry report = events.Single("UndisposedLease");
        Assert.Equal("span lease", report.Payload["kind"]);
        Assert.Equal((7L, 5L), report.Range);
    }

    [Fact]
    public void AFailedLeaseIsNotTracked()
    {
        MappedFile file = OpenTracked(out SampleFile sample);
        using var events = new EventLog(sample.Path);
        file.Manager.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.LeaseMemory(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => OpenTracked(out _).LeaseMemory(-1, 1));
        Assert.All(Reports(events), report => Assert.Equal("file", report.Payload["kind"]));
    }

    private static IEnumerable<EventLog.Entry> Reports(EventLog events) =>
        events.Seen.Where(entry => entry.Name == "UndisposedLease");

    [MethodImpl(MethodImplOptions.NoInlining)]
#pragma warning disable MMS001 // Forgotten on purpose: that is what is reported.
    private static void Forget(MapManager manager, string path) => manager.Open(path);
#pragma warning restore MMS001

    [Fact]
    public void ALeaseOfWhatIsInMemoryIsTracked()
    {
        MappedFile file = OpenTracked(out _);
        using MemoryLease missed = file.LeaseMemory(0, 10), hit = file.LeaseMemory(0, 10);
        Assert.Equal(2, file.Manager.Tracker!.Live.Count(lease => lease.Kind == "memory lease"));
    }

    /// <summary>Refused for lack of room after its record was made.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ALeaseThatIsRefusedIsNotTracked(bool guarded)
    {
        var options = new MapManagerOptions
        {
            WindowSize = Granule,
            Overlap = 0,
            MaxMappedBytes = Granule,
            MaxCopiedBytes = 1,
            OverBudget = OverBudget.Fail,
            TrackLeases = true,
            GuardLeases = guarded,
        };
        MappedFile file =
            OpenSample(ManagerOf(options), 4 * Granule, out _, new MappedFileOptions { Backing = Backing.Map });
        using (MemoryLease held = file.LeaseMemory(0, Granule))
        {
            // The file itself is tracked, too.
            int live = file.Manager.Tracker!.Live.Count;
            Assert.Throws<MapBudgetExceededException>(() => file.LeaseMemory(Granule, Granule));
            Assert.Throws<MapBudgetExceededException>(() => file.LeaseSequence(Granule, Granule));
            Assert.Throws<MapBudgetExceededException>(() => file.LeaseSpan(Granule, Granule).Dispose());
            Assert.Throws<MapBudgetExceededException>(() => file.LeaseSpanUpTo(Granule, Granule).Dispose());
            using (WindowCursor cursor = file.CreateCursor())
                Assert.Throws<MapBudgetExceededException>(() => cursor.MoveTo(Granule));

            Assert.Equal(live, file.Manager.Tracker.Live.Count);
            Assert.Contains(
                string.Create(CultureInfo.InvariantCulture, $"1 live, {Granule:N0} bytes"), file.Manager.Dump());
        }

        Assert.DoesNotContain(file.Manager.Tracker.Live, lease =>
            lease.Kind.EndsWith("lease", StringComparison.Ordinal));
    }

    private static void CollectAll()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
#pragma warning disable MMS001 // Lost on purpose: that is what is reported.
    private static void Lose(MappedFile file) => file.LeaseMemory(5, 10);
#pragma warning restore MMS001

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void LoseWithManager(string path)
    {
        var manager = new MapManager(new MapManagerOptions { TrackLeases = true });
#pragma warning disable MMS001 // Lost on purpose: that is what is reported.
        manager.Open(path).LeaseMemory(5, 10);
#pragma warning restore MMS001
        manager.Dispose();
    }

    private MappedFile OpenTracked(out SampleFile sample) =>
        OpenSample(ManagerOf(new MapManagerOptions { WindowSize = Granule, Overlap = 256, TrackLeases = true }),
            4 * Granule, out sample);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IDisposable TakeHere(MappedFile file, string kind)
    {
        switch (kind)
        {
            case "memory lease":
                return file.LeaseMemory(Granule + 10, 10);
            case "sequence lease":
                return file.LeaseSequence(Granule + 10, 10);
            case "cursor":
                WindowCursor cursor = file.CreateCursor();
                cursor.MoveTo(Granule + 10);
                return cursor;
            case "buffer":
                MappedBuffer buffer = file.CreateBuffer();
                Assert.Equal(SampleFile.At(Granule + 10), buffer[Granule + 10]);
                return buffer;
            case "pipe reader":
                PipeReader reader =
                    file.CreatePipeReader(new MappedPipeReaderOptions { Offset = Granule + 10, Length = 10 });
                reader.ReadNow();
                return new Completion(reader);
            default:
                Stream stream = file.OpenStream(Granule + 10);
                stream.ReadByte();
                return stream;
        }
    }

    private sealed class Completion(PipeReader reader) : IDisposable
    {
        public void Dispose() => reader.Complete();
    }
}
