using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Leases;

/// <summary>In every order of disposal a lease stays valid until its own end, and leaves nothing behind.</summary>
public class LifetimeTests
{
    private const int Window = 65536;

    /// <summary>All orders of: a lease, a sequence, a cursor, an exact lease, the file, a second opener, the
    /// manager.</summary>
    public static IEnumerable<int[]> Orders() => Permutations([0, 1, 2, 3, 4, 5, 6]);

    [Fact]
    public void EveryOrderOfDisposalLeavesTheOthersGoodAndNothingInTheEnd()
    {
        using SampleFile sample = SampleFile.OfLength(4 * Window);
        foreach (int[] order in Orders())
        {
            var manager = new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = 4096 });
            MappedFile file = manager.Open(sample.Path, new() { Backing = Backing.Map }),
                second = manager.Open(sample.Path, new() { Backing = Backing.Map });
            MemoryLease lease = file.LeaseMemory(100, 500), exact = second.LeaseMemory(2 * Window - 8192, 3 * 8192);
            SequenceLease sequence = second.LeaseSequence(50, 2 * Window);
            WindowCursor cursor = file.CreateCursor();
            Assert.True(cursor.MoveTo(3 * Window, 1000));

            var over = new HashSet<int>();
            foreach (int what in order)
            {
                (what switch
                {
                    0 => lease,
                    1 => sequence,
                    2 => cursor,
                    3 => exact,
                    4 => file,
                    5 => second,
                    _ => (IDisposable)manager,
                }).Dispose();
                over.Add(what);

                if (!over.Contains(0)) SampleFile.AssertBytes(lease.Span, 100);
                if (!over.Contains(1)) SampleFile.AssertBytes(sequence.Sequence.FirstSpan[..300], 50);
                if (!over.Contains(2)) SampleFile.AssertBytes(cursor.Span, 3 * Window);
                if (!over.Contains(3)) SampleFile.AssertBytes(exact.Span[^300..], 2 * Window + 2 * 8192 - 300);
                if (over.Contains(4) || over.Contains(6))
                    Assert.Throws<ObjectDisposedException>(() => file.LeaseMemory(0, 1));
                if (over.Contains(6)) Assert.Throws<ObjectDisposedException>(() => manager.Open(sample.Path));
            }

            AtRest.AssertNothingHeld(manager);
        }
    }

    [Fact]
    public void ASpanLeaseOutlivesItsFileAndItsManager()
    {
        using SampleFile sample = SampleFile.OfLength(4 * Window);
        var manager = new MapManager(new MapManagerOptions { WindowSize = Window, Overlap = 4096 });
        MappedFile file = manager.Open(sample.Path, new() { Backing = Backing.Map });
        SpanLease missed = file.LeaseSpan(100, 500), hit = file.LeaseSpan(200, 500),
            exact = file.LeaseSpan(Window - 8192, 16384);
        file.Dispose();
        SampleFile.AssertBytes(missed.Span, 100);
        manager.Dispose();
        missed.Dispose();
        SampleFile.AssertBytes(hit.Span, 200);
        SampleFile.AssertBytes(exact.Span, Window - 8192);
        hit.Dispose();
        exact.Dispose();
        AtRest.AssertNothingHeld(manager);
    }

    [Fact]
    public void EverythingMayBeDisposedTwice()
    {
        using SampleFile sample = SampleFile.OfLength(Window);
        var manager = new MapManager();
        MappedFile file = manager.Open(sample.Path), other = manager.Open(sample.Path);
        file.Dispose();
        file.Dispose();
        using (MemoryLease lease = other.LeaseMemory(0, 10)) SampleFile.AssertBytes(lease.Span, 0);
        WindowCursor cursor = other.CreateCursor();
        MappedBuffer buffer = other.CreateBuffer();
        foreach (IDisposable each in (IDisposable[])[cursor, cursor, buffer, buffer, other, other, manager, manager])
            each.Dispose();
        AtRest.AssertNothingHeld(manager);
    }

    private static IEnumerable<int[]> Permutations(int[] all)
    {
        if (all.Length == 1) return [all];
        return all.SelectMany(first =>
            Permutations([.. all.Where(each => each != first)]).Select(rest => (int[])[first, .. rest]));
    }
}
