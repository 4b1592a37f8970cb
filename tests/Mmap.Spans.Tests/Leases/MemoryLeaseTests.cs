using System.Buffers;
using System.Runtime.InteropServices;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Leases;

public class MemoryLeaseTests
{
    private const int Step = StampedFile.Step;

    [Fact]
    public void ReadingAfterTheEndThrowsWhateverWayTheMemoryWasKept()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        MemoryLease lease = file.File.LeaseMemory(8, 1000);
        ReadOnlyMemory<byte> memory = lease.Memory, slice = memory.Slice(100, 50), empty = memory[..0];
        var sequence = new ReadOnlySequence<byte>(memory);
        lease.Dispose();

        Assert.Throws<ObjectDisposedException>(() => _ = lease.Span);
        Assert.Throws<ObjectDisposedException>(() => _ = memory.Span);
        Assert.Throws<ObjectDisposedException>(() => _ = slice.Span);
        Assert.Throws<ObjectDisposedException>(() => _ = empty.Span);
        Assert.Throws<ObjectDisposedException>(() => _ = sequence.FirstSpan.Length);
        Assert.Throws<ObjectDisposedException>(() => _ = sequence.Slice(5).First.Span);
        Assert.Throws<ObjectDisposedException>(() => memory.Pin());
        Assert.Contains("[8, 1008)", Assert.Throws<ObjectDisposedException>(() => memory.ToArray()).Message,
            StringComparison.Ordinal);
        Assert.Equal(1000, memory.Length);
        // The region itself is still there: it is the lease that has ended.
        Assert.Equal([0], file.Windows);
    }

    [Fact]
    public void AHandleKeepsTheBytesUntilItIsDisposed()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        MemoryLease lease = file.File.LeaseMemory(Step, 64);
        MemoryHandle first = lease.Memory.Pin(), second = lease.Memory[8..].Pin();
        lease.Dispose();
        file.Close();
        Assert.Equal([1], file.Windows);
        first.Dispose();
        Assert.Equal([1], file.Windows);
        unsafe
        {
            file.Backing.Check(new ReadOnlySpan<byte>(second.Pointer, 48), Step + 8);
        }

        MemoryHandle copy = second;
        second.Dispose();
        Assert.Empty(file.Windows);
        copy.Dispose();
        Assert.Equal(1, file.Backing.Unloads);
        Assert.Throws<ObjectDisposedException>(() => _ = lease.Span);
    }

    [Fact]
    public void APinIsInsideTheLeaseOrAtItsEnd()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using MemoryLease lease = file.File.LeaseMemory(8, 1000);
        Assert.True(MemoryMarshal.TryGetMemoryManager(lease.Memory, out MemoryManager<byte>? behind));
        behind.Pin(1000).Dispose();
        foreach (int outside in (int[])[1001, -1, int.MaxValue, int.MinValue])
            Assert.Throws<ArgumentOutOfRangeException>(() => behind.Pin(outside));
    }

    [Fact]
    public void AHandleOnAnExactRegionKeepsItToo()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        MemoryLease lease = file.File.LeaseMemory(Step - 16, 32);
        MemoryHandle handle = lease.Memory.Pin();
        lease.Dispose();
        Assert.Single(file.Backing.Loaded);
        handle.Dispose();
        Assert.Empty(file.Backing.Loaded);
    }

    [Fact]
    public void DisposingTheManagerBehindTheMemoryDoesNothing()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using MemoryLease lease = file.File.LeaseMemory(8, 64);
        Assert.True(MemoryMarshal.TryGetMemoryManager(lease.Memory, out MemoryManager<byte>? behind));
        ((IDisposable)behind).Dispose();
        file.Close();
        file.Backing.Check(lease.Span, 8);
        Assert.Equal([0], file.Windows);
    }

    [Fact]
    public void DisposingTwiceOrOnSeveralThreadsGivesBackOnce()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using MemoryLease other = file.File.LeaseMemory(8, 64);
        for (int turn = 0; turn < 200; turn++)
        {
            MemoryLease lease = file.File.LeaseMemory(0, 64);
            TestThread.RunTogether(2, _ => lease.Dispose());
            Assert.Equal(1, file.Directory.At(0)!.State.References);
        }
    }

    [Fact]
    public void AnEmptyLeaseIsTakenAndDisposedAsAnyOther()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        MemoryLease lease = file.File.LeaseMemory(file.File.Length, 0);
        Assert.Equal(0, lease.Memory.Length);
        Assert.True(lease.Span.IsEmpty);
        using (lease.Memory.Pin())
        {
        }

        lease.Dispose();
        lease.Dispose();
        Assert.Throws<ObjectDisposedException>(() => _ = lease.Span);

        SequenceLease sequence = file.File.LeaseSequence(5, 0);
        Assert.True(sequence.Sequence.IsEmpty);
        sequence.Dispose();
        SpanLease span = file.File.LeaseSpan(5, 0);
        Assert.True(span.Span.IsEmpty);
        span.Dispose();
        Assert.Empty(file.Windows);
    }

    [Fact]
    public void ALeaseAndItsEndAllocateAtMostNinetySixBytes()
    {
        const int Turns = 10_000;
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        long Measure(Action turn)
        {
            for (int i = 0; i < 100; i++) turn();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Turns; i++) turn();
            return (GC.GetAllocatedBytesForCurrentThread() - before) / Turns;
        }

        void Read()
        {
            using MemoryLease lease = file.File.LeaseMemory(100, 500);
            _ = lease.Span.Length;
        }

        Assert.InRange(Measure(() => file.File.LeaseMemory(100, 500).Dispose()), 1, 96);
        Assert.InRange(Measure(Read), 1, 96);
        Assert.Equal(0, Measure(() => file.File.LeaseSpan(100, 500).Dispose()));
    }

    [Fact]
    public void ACursorThatMovesAllocatesNothing()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using WindowCursor cursor = file.File.CreateCursor();
        for (int window = 0; window < 4; window++) cursor.MoveTo(window * Step);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int turn = 0; turn < 10_000; turn++) cursor.MoveTo(turn * 37 % (4 * Step));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
