using Mmap.Spans.Memory;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Stress;

/// <summary>
/// Threads, every kind of lease, and far too small a budget. Seconds in the suite; hours with
/// <c>MMAP_SPANS_SOAK_SECONDS</c>; the seed of a failure goes into <c>MMAP_SPANS_SEED</c>.
/// </summary>
public class StressTests
{
    private const int Windows = 4;

    [Theory]
    [InlineData(8, 1, 1)]
    [InlineData(4, 2, 2)]
    [InlineData(2, 1, 3)]
    public void NoLeaseEverShowsBytesOfAnotherLoadOrOfNone(int threads, int budget, byte number)
    {
        using MapManager manager = StampedFile.Manager(budget);
        using var file = new StampedFile(manager, Windows, number, overlap: 512, keepsEvents: false);
        var mix = new LeaseMix(() => file.File, _ => { }, file.Backing.Check);
        Soak.Run(2, threads, (_, random) => mix.Turn(random));
        mix.EndAll();
        Assert.InRange(manager.Table.Budget.Bytes, 0, (long)budget * StampedFile.Step + 512);
        file.Close();
        AssertAllGone(file);
    }

    [Fact]
    public void NoLeaseIsHurtByLoadsAndUnloadsThatFail()
    {
        using MapManager manager = StampedFile.Manager(2);
        using var file = new StampedFile(manager, Windows, overlap: 512, keepsEvents: false);
        var mix = new LeaseMix(() => file.File, _ => { }, file.Backing.Check);
        Soak.Run(2, 4, (_, random) =>
        {
            if (random.Next(8) == 0) file.Backing.FailLoad(random.Next(1, 4), StampedBacking.OutOfMemory);
            if (random.Next(8) == 0) file.Backing.FailLoad(random.Next(1, 4), () => new IOException("planned", 5));
            if (random.Next(8) == 0) file.Backing.RefuseUnloads(random.Next(3));
            try
            {
                mix.Turn(random);
            }
            catch (IOException)
            {
                // Planned.
            }
        });
        mix.EndAll();
        file.Backing.RefuseUnloads(0);
        file.Close();
        manager.Trim();
        AssertAllGone(file);
    }

    /// <summary>Files are opened, closed, released and detached under the leases; hits race with Closing all the time.</summary>
    [Fact]
    public void ClosingAFileUnderItsReadersForgetsNoRegion()
    {
        using MapManager manager = StampedFile.Manager(100);
        StampedFile current = new(manager, Windows, keepsEvents: false);
        current.Use(0);
        var closed = new List<StampedFile>();
        Soak.Run(2, 4, (thread, random) =>
        {
            StampedFile file = Volatile.Read(ref current);
            if (thread == 0)
            {
                if (random.Next(3) == 0)
                {
                    manager.Table.Close(file.Directory.Empty());
                    return;
                }

                var next = new StampedFile(manager, Windows, (byte)random.Next(1, 200), keepsEvents: false);
                for (int window = 0; window < Windows; window++) next.Use(window);
                Volatile.Write(ref current, next);
                Thread.Yield();
                file.Close();
                closed.Add(file);
                // A reader may sleep in a lease of the oldest for a while; what never goes is found at the end.
                if (closed.Count < 64 || closed[0].Backing.Loads != closed[0].Backing.Unloads) return;
                closed[0].Dispose();
                closed.RemoveAt(0);
                return;
            }

            try
            {
                for (int turn = 0; turn < 50; turn++)
                {
                    long offset = random.Next(Windows * StampedFile.Step / 8 - 8) * 8;
                    using SpanLease lease = file.File.LeaseSpan(offset, 8);
                    file.Backing.Check(lease.Span, offset);
                }
            }
            catch (ObjectDisposedException)
            {
                // The file was closed; the next turn has the next one.
            }
        });
        foreach (StampedFile file in closed.Append(current))
        {
            file.Close();
            AssertAllGone(file);
            file.Dispose();
        }

        AtRest.AssertNothingCharged(manager.Table);
    }

    [Fact]
    public void RealMappingsUnderABudgetOfOneRegion() =>
        TestProcess.RunTest($"{typeof(StressTests).FullName}.{nameof(RealMappings)}", Soak.Time(4));

    /// <summary>In a process of its own, because a lease on what is not mapped any more would end the process.</summary>
    [Fact(Explicit = true)]
    public void RealMappings()
    {
        int window = SystemLimits.AllocationGranularity;
        using SampleFile sample = SampleFile.OfLength(Windows * (long)window);
        byte[] expected = SampleFile.Bytes(0, Windows * window);
        uint Check(ReadOnlySpan<byte> bytes, long offset) =>
            bytes.SequenceEqual(expected.AsSpan((int)offset, bytes.Length)) ? 0u : throw new InvalidOperationException($"Wrong bytes at {offset}.");

        var manager = new MapManager(new MapManagerOptions { WindowSize = window, Overlap = 512, MaxMappedBytes = window + 512 });
        MappedFile shared = manager.Open(sample.Path, new() { Backing = Backing.Map });
        var onShared = new LeaseMix(() => shared, _ => { }, Check);
        var onOwn = new LeaseMix(() => manager.Open(sample.Path, new() { Backing = Backing.Map }), file => file.Dispose(), Check);
        Soak.Run(4, 8, (_, random) => (random.Next(8) == 0 ? onOwn : onShared).Turn(random));
        onShared.EndAll();
        onOwn.EndAll();
        shared.Dispose();
        manager.Dispose();
        AtRest.AssertNothingHeld(manager);
        if (OperatingSystem.IsLinux())
        {
            Assert.DoesNotContain(File.ReadLines("/proc/self/maps"), line => line.Contains(sample.Path, StringComparison.Ordinal));
        }
    }

    private static void AssertAllGone(StampedFile file)
    {
        Assert.True(file.Backing.Loads > 0);
        Assert.True(
            file.Backing.Loads == file.Backing.Unloads,
            $"Seed {Soak.Seed}: {file.Backing.Loads} loads and {file.Backing.Unloads} unloads; windows {string.Join(' ', file.Windows)} are left.");
    }
}
