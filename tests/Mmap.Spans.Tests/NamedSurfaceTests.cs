using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests;

/// <summary>
/// Programs are compiled against these names and shapes: each member that the design names is used here as it is
/// written there, by its parameters' names. A renamed member, or a changed type, does not compile.
/// </summary>
public sealed class NamedSurfaceTests
{
    [Fact]
    public async Task EveryNamedMemberIsThereInItsShape()
    {
        using SampleFile sample = SampleFile.OfLength(300_000);
        using var manager = new MapManager(options: Options());
        MapManagerOptions options = manager.Options;
        Assert.Equal(Options(), options);
        using MappedFile file = manager.Open(path: sample.Path, options: FileOptions());
        using SafeFileHandle handle = File.OpenHandle(sample.Path);
        using MappedFile byHandle = manager.Open(handle: handle, options: null);
        using MappedFile shared = MappedFile.Open(path: sample.Path, options: null);
        Assert.Same(MapManager.Shared, shared.Manager);
        (string? path, long length) = (file.Path, file.Length);
        Assert.Equal((sample.Path, 300_000), (path, length));

        Spans(file);
        Copies(file);
        Views(file);
        using (Stream view = file.OpenStream(offset: 1, length: null)) Assert.Equal(SampleFile.At(1), view.ReadByte());
        using (Stream own = manager.OpenStream(path: sample.Path, options: null)) Assert.Equal(300_000, own.Length);
        await Readers(manager, file);

        file.Prefetch(offset: 0, length: 10);
        file.Prefetch(ranges: [new FileRange(Offset: 0, Length: 10)]);
        Task load = file.LoadAsync(offset: 0, length: 10, cancellationToken: TestContext.Current.CancellationToken);
        await load;
        Assert.Equal(FileChange.Unchanged, file.Refresh());
        int dropped = manager.Trim();
        Assert.True(dropped > 0);
        using MemoryLease lease = file.LeaseMemory(offset: 0, length: 1);
        ReleaseReport report = manager.Release(pathPrefix: sample.Path);
        (int regions, int handles, IReadOnlyList<HeldFile> held) =
            (report.RegionsDropped, report.HandlesClosed, report.Held);
        Assert.Equal((0, 1, 1), (regions, handles, held.Count));
        (string heldPath, int live) = held[0];
        Assert.Equal((sample.Path, 1), (heldPath, live));
        Assert.NotEmpty(manager.Dump());
        Statistics(manager.GetStatistics());
    }

    [Fact]
    public void TheNumbersOfEnumsStay()
    {
        Backing[] backings = [Backing.Auto, Backing.Map, Backing.Copy, Backing.TruncationSafe];
        AccessPattern[] patterns = [AccessPattern.Normal, AccessPattern.Sequential, AccessPattern.Random];
        OverBudget[] modes = [OverBudget.Exceed, OverBudget.Fail];
        FileChange[] changes =
            [FileChange.Unchanged, FileChange.Grown, FileChange.Shrunk, FileChange.Replaced, FileChange.Rewritten];
        Assert.Equal([0, 1, 2, 3], backings.Select(one => (int)one));
        Assert.Equal([0, 1, 2], patterns.Select(one => (int)one));
        Assert.Equal([0, 1], modes.Select(one => (int)one));
        Assert.Equal([0, 1, 2, 3, 4], changes.Select(one => (int)one));
        Assert.Equal(0L, MapManagerOptions.WholeFile);
    }

    private static MapManagerOptions Options() => new()
    {
        WindowSize = 65_536,
        Overlap = 4_096,
        MaxMappedBytes = 1 << 24,
        MaxCopiedBytes = 1 << 23,
        MaxRegions = 100,
        MaxOpenHandles = 10,
        OverBudget = OverBudget.Exceed,
        TrackLeases = false,
        GuardLeases = false,
    };

    private static MappedFileOptions FileOptions() =>
        new() { Backing = Backing.Auto, Access = AccessPattern.Normal, Verify = false };

    private static void Spans(MappedFile file)
    {
        using SpanLease span = file.LeaseSpan(offset: 5, length: 10);
        (long offset, int length) = (span.Offset, span.Length);
        ReadOnlySpan<byte> bytes = Whole(in span);
        span.ThrowIfUnreadable();
        Assert.Equal((5, 10, 10), (offset, length, bytes.Length));
        using SpanLease upTo = file.LeaseSpanUpTo(offset: 5, maxLength: 10);
        SpanReader reader = file.CreateReader();
        using SpanLease second = reader.LeaseSpan(offset: 5, length: 10);
        using SpanLease third = reader.LeaseSpanUpTo(offset: 5, maxLength: 10);
        Assert.Equal(SampleFile.At(5), reader.Read<byte>(offset: 5));
        using MemoryLease memory = file.LeaseMemory(offset: 5, length: 10);
        Assert.Equal((5, 10, 10, 10), (memory.Offset, memory.Length, memory.Memory.Length, memory.Span.Length));
        memory.ThrowIfUnreadable();
        using SequenceLease sequence = file.LeaseSequence(offset: 5, length: 200_000);
        (long at, long all, ReadOnlySequence<byte> parts) = (sequence.Offset, sequence.Length, sequence.Sequence);
        Assert.Equal((5, 200_000, 200_000), (at, all, parts.Length));
        Assert.Equal(5, file.GetOffset(position: parts.Start));
        sequence.ThrowIfUnreadable();
        IDisposable[] ended = [memory, sequence];
        Assert.Equal(2, ended.Length);
    }

    /// <summary>A lease by <c>in</c> is not copied: its members are <c>readonly</c>.</summary>
    private static ReadOnlySpan<byte> Whole(in SpanLease lease) => lease.Span;

    private static void Copies(MappedFile file)
    {
        byte[] bytes = new byte[10];
        int read = file.Read(offset: 5, destination: bytes);
        int copied = file.CopyTo(offset: 5, destination: bytes);
        Assert.Equal((10, 10, SampleFile.At(5)), (read, copied, file.Read<byte>(offset: 5)));
    }

    private static void Views(MappedFile file)
    {
        using WindowCursor cursor = file.CreateCursor();
        Assert.Same(file, cursor.File);
        bool moved = cursor.MoveTo(offset: 70_000, length: long.MaxValue);
        Assert.True(moved && cursor.IsValid && cursor.Contains(offset: 70_001));
        Assert.Equal((70_000, 70_000 + cursor.Length, cursor.Length), (cursor.Offset, cursor.End, cursor.Span.Length));
        Assert.Equal((65_536, 69_632), (cursor.WindowOffset, cursor.WindowSpan.Length));
        Assert.Equal(10, cursor.GetSpan(offset: 70_000, length: 10).Length);
        cursor.ThrowIfUnreadable();
        using WindowCursor clone = cursor.Clone();
        cursor.Release();
        using MappedBuffer buffer = file.CreateBuffer(offset: 5, length: null);
        Assert.Equal((299_995, SampleFile.At(5)), (buffer.Length, buffer[index: 0]));
        using MappedBuffer slice = buffer.Slice(offset: 5, length: 10);
        Assert.Equal(SampleFile.At(10), slice.Read<byte>(offset: 0));
        Assert.Equal(10, slice.CopyTo(offset: 0, destination: new byte[20]));
        Assert.Equal(3, slice.ToArray(offset: 0, length: 3).Length);
    }

    private static async Task Readers(MapManager manager, MappedFile file)
    {
        var options = new MappedPipeReaderOptions { Offset = 5, Length = 10, ReadAhead = 1 };
        PipeReader view = file.CreatePipeReader(options: options);
        Assert.Equal(10, (await view.ReadAsync(TestContext.Current.CancellationToken)).Buffer.Length);
        view.Complete();
        PipeReader own = manager.OpenPipeReader(path: file.Path!, options: null, readerOptions: options);
        Assert.Equal(10, (await own.ReadAsync(TestContext.Current.CancellationToken)).Buffer.Length);
        own.Complete();
    }

    private static void Statistics(MapStatistics now)
    {
        long[] bytes = [now.MappedBytes, now.PeakMappedBytes, now.CopiedBytes, now.PeakCopiedBytes];
        int[] numbers = [now.Regions, now.PeakRegions, now.OpenFiles, now.OpenHandles, now.RegionsOverBudget];
        long[] counts =
            [now.LiveHeapLeases, now.Maps, now.Evictions, now.Misses, now.MapFailuresRetried, now.FallbacksToCopy];
        long[] all = [.. bytes, .. numbers.Select(number => (long)number), .. counts];
        Assert.All(all, figure => Assert.True(figure >= 0));
    }
}
