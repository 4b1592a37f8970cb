using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Diagnostics;

/// <summary>Each event of the source, with the file and the range that it carries.</summary>
public sealed class EventTests
{
    private static readonly int s_window = LeakCheckedTest.Granule;
    private static readonly MapManagerOptions s_oneWindow =
        new() { WindowSize = s_window, Overlap = 0, MaxMappedBytes = s_window };

    [Fact]
    public void MapsEvictionsAndUnmapsAreToldOfWithTheirRanges()
    {
        using SampleFile sample = SampleFile.OfLength(4 * s_window - 10);
        using var events = new EventLog(sample.Path);
        using var manager = new MapManager(s_oneWindow);
        using (MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map }))
        {
            file.LeaseSpan(0, 8).Dispose();
            file.LeaseSpan(3 * s_window, 8).Dispose();
        }

        Assert.Equal(["Map", "Unmap", "Evict", "Map", "Unmap"], events.Names);
        Assert.All(events.Seen.Take(3), entry => Assert.Equal((0L, (long)s_window), entry.Range));
        Assert.All(events.Seen.Skip(3), entry => Assert.Equal((3L * s_window, s_window - 10L), entry.Range));
        Assert.All(events.Seen, entry => Assert.Equal(sample.Path, entry.Payload["file"]));
        Assert.False((bool)events.Seen[0].Payload["copied"]!);
    }

    [Fact]
    public void AnUnmapThatTheSystemRefusesIsToldOfWhenItIsOver()
    {
        using SampleFile sample = SampleFile.OfLength(4 * s_window);
        using var events = new EventLog(sample.Path);
        using var backing = new StampedBacking(1, sample.Length);
        using var manager =
            new MapManager(s_oneWindow with { MaxMappedBytes = 4 * s_window }) { WrapBacking = _ => backing };
        using MappedFile file = manager.Open(sample.Path);
        file.LeaseSpan(0, 8).Dispose();
        backing.RefuseUnloads(1);
        manager.Trim();
        Assert.Equal(["Map"], events.Names);
        Assert.Equal(0, manager.GetStatistics().Evictions);
        manager.Trim();
        Assert.Equal((0L, (long)s_window), events.Single("Unmap").Range);
    }

    [Fact]
    public void ACopyIsToldOfAsOne()
    {
        using SampleFile sample = SampleFile.OfLength(100);
        using var events = new EventLog(sample.Path);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path);
        file.LeaseSpan(0, 8).Dispose();
        Assert.True((bool)events.Single("Map").Payload["copied"]!);
    }

    [Fact]
    public void ARetryIsToldOfWithItsReason()
    {
        using SampleFile sample = SampleFile.OfLength(4 * s_window);
        using var events = new EventLog(sample.Path);
        using var backing = new StampedBacking(1, sample.Length);
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = s_window, Overlap = 0 }) { WrapBacking = _ => backing };
        using MappedFile file = manager.Open(sample.Path);
        file.LeaseSpan(0, 8).Dispose();
        backing.FailLoad(1, Refusals.OutOfMemory);
        file.LeaseSpan(2 * s_window, 8).Dispose();

        EventLog.Entry retry = events.Single("Retry");
        Assert.Equal((2L * s_window, (long)s_window), retry.Range);
        Assert.Equal(Refusals.OutOfMemory().Message, retry.Payload["reason"]);
    }

    [Fact]
    public void AFallbackIsToldOfWithItsReason()
    {
        using SampleFile sample = SampleFile.OfLength(4 * s_window);
        using var events = new EventLog(sample.Path);
        using var manager =
            new MapManager(new MapManagerOptions { WindowSize = s_window, Overlap = 0 })
            {
                WrapBacking = real =>
                new RefusedBacking(real)
            };
        using MappedFile file = manager.Open(sample.Path);
        file.LeaseSpan(2 * s_window, 8).Dispose();

        EventLog.Entry fallback = events.Single("Fallback");
        Assert.Equal((2L * s_window, (long)s_window), fallback.Range);
        Assert.Equal(Refusals.OutOfMemory().Message, fallback.Payload["reason"]);
        Assert.True((bool)events.Single("Map").Payload["copied"]!);
    }

    [Fact]
    public void AChangedFileIsToldOfWithWhatCameAndWent()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a mapped file be truncated.");
        using SampleFile sample = SampleFile.OfLength(1000);
        using var events = new EventLog(sample.Path);
        using var manager = new MapManager();
        using MappedFile file = manager.Open(sample.Path);

        Assert.Equal(FileChange.Unchanged, file.Refresh());
        Assert.Empty(events.Seen);
        sample.GrowTo(1500);
        Assert.Equal(FileChange.Grown, file.Refresh());
        Assert.Equal((1000L, 500L), events.Seen[^1].Range);
        sample.TruncateTo(900);
        Assert.Equal(FileChange.Shrunk, file.Refresh());
        Assert.Equal((900L, 600L), events.Seen[^1].Range);

        // A lease that finds the change reports it, too.
        sample.TruncateTo(10);
        Assert.Throws<FileChangedException>(() => file.LeaseMemory(100, 50));
        Assert.Equal((100L, 50L), events.Seen[^1].Range);

        File.Move(sample.Path, sample.Path + ".old");
        File.WriteAllText(sample.Path, "another");
        // First what has become of the old file, then that its name is another's.
        Assert.Equal(FileChange.Shrunk, file.Refresh());
        Assert.Equal(FileChange.Replaced, file.Refresh());
        File.Delete(sample.Path + ".old");
        Assert.Equal(5, events.Names.Count(name => name == "FileChanged"));
        Assert.All(events.Seen, entry => Assert.Equal(sample.Path, entry.Payload["file"]));
        Assert.Contains("another file", (string)events.Seen[^1].Payload["what"]!);
    }

    [Fact]
    public void EachFileChangedExceptionThatReachesAUserIsToldOfOnceWhereverItIsFoundOut()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let a mapped file be truncated.");
        using SampleFile sample = SampleFile.OfLength(4 * s_window);
        using var events = new EventLog(sample.Path);
        using var manager = new MapManager(new MapManagerOptions { WindowSize = s_window, Overlap = 0 });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        using MappedFile verified =
            manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map, Verify = true });
        using WindowCursor cursor = file.CreateCursor();
        using Stream stream = file.OpenStream();
        using MappedBuffer buffer = file.CreateBuffer();
        sample.TruncateTo(s_window + 10);

        Action[] losses =
        [
            () => file.LeaseSpan(2 * s_window, 8).Dispose(),
            () => file.LeaseMemory(s_window + 8, 8).Dispose(),
            () => file.LeaseSequence(s_window, 2 * s_window).Dispose(),
            () => verified.LeaseSpan(s_window + 8, 8).Dispose(),
            () => cursor.MoveTo(3 * s_window),
            () => _ = buffer[3 * s_window],
            () => { stream.Position = 3 * s_window; stream.ReadByte(); },
            () => file.LoadAsync(2 * s_window, 8).GetAwaiter().GetResult(),
        ];
        for (int loss = 0; loss < losses.Length; loss++)
        {
            FileChangedException e = Assert.Throws<FileChangedException>(losses[loss]);
            Assert.Equal(sample.Path, e.FileName);
            Assert.Equal(loss + 1, events.Names.Count(name => name == "FileChanged"));
            Assert.Equal((e.Range.Offset, e.Range.Length), events.Seen[^1].Range);
            Assert.Equal(e.Message, events.Seen[^1].Payload["what"]);
        }

        // Only a thrown exception raises an event.
        _ = FileChangedException.Shrunk(sample.Path, new FileRange(0, 8), 0);
        Assert.Equal(losses.Length, events.Names.Count(name => name == "FileChanged"));
    }

    /// <summary>An event source takes what its listeners throw upon itself; the table relies on it in
    /// mid-load.</summary>
    [Fact]
    public void AListenerThatThrowsHarmsNothing()
    {
        using SampleFile sample = SampleFile.OfLength(4 * s_window);
        using var events =
            new EventLog(sample.Path) { Then = _ => throw new InvalidOperationException("The listener says so.") };
        using var backing = new StampedBacking(1, sample.Length);
        var manager = new MapManager(s_oneWindow) { WrapBacking = _ => backing };
        using (MappedFile file = manager.Open(sample.Path))
        {
            for (int window = 0; window < 4; window++) file.LeaseSpan(window * s_window, 8).Dispose();
        }

        manager.Dispose();
        AtRest.AssertNothingHeld(manager);
        Assert.Empty(backing.Loaded);
        Assert.Equal(4, events.Names.Count(name => name == "Map"));
    }

    [Fact]
    public void AListenerMayLeaseWhatItIsToldOf()
    {
        using SampleFile sample = SampleFile.OfLength(4 * s_window);
        using var manager = new MapManager(s_oneWindow);
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        using var events = new EventLog(sample.Path)
        {
            Then = entry =>
            {
                if (entry.Name == "Map") file.LeaseMemory(entry.Range.Offset, 8).Dispose();
            },
        };

        TestThread.Start(() => file.LeaseMemory(s_window, 8).Dispose()).Join();
        Assert.Equal(["Map"], events.Names);
        Assert.Equal(1, manager.GetStatistics().Misses);
    }

    /// <summary>A backing that offers only copies, because the system has no mapping left.</summary>
    private sealed class RefusedBacking(IBacking real) : IBacking
    {
        public IBacking? Fallback => real.Fallback;

        public long Length => real.Length;

        public long ChargeFor(long offset, int length) => real.ChargeFor(offset, length);

        public int Read(long offset, Span<byte> destination) => real.Read(offset, destination);

        public bool TryReadAhead(long offset, long length) => real.TryReadAhead(offset, length);

        public RegionMemory Load(long offset, int length) => throw Refusals.OutOfMemory();

        public bool TryUnload(in RegionMemory memory) => real.TryUnload(memory);
    }
}
