using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Limits;

/// <summary>The budget that real files hold, with several threads and to the byte.</summary>
public class HeldBudgetTests
{
    private const int Kibibyte = 1 << 10, Mebibyte = 1 << 20;

    public static TheoryData<int, int, OverBudget, Backing> Threads => new()
    {
        { 1, 64 * Kibibyte, OverBudget.Exceed, Backing.Map },
        { 2, 64 * Kibibyte, OverBudget.Exceed, Backing.Map },
        { 4, 64 * Kibibyte, OverBudget.Exceed, Backing.Map },
        { 4, 64 * Kibibyte, OverBudget.Fail, Backing.Map },
        { 4, Mebibyte, OverBudget.Exceed, Backing.Map },
        { 16, 64 * Kibibyte, OverBudget.Exceed, Backing.Map },
        { 4, 64 * Kibibyte, OverBudget.Exceed, Backing.Copy },
    };

    /// <summary>Each thread has one lease of eight bytes at a time.</summary>
    [Theory]
    [MemberData(nameof(Threads))]
    public void ThreadsWithOneShortLeaseEachHoldTheBudgetAndAWindowForEach(
        int threads, int window, OverBudget over, Backing backing)
    {
        int budget = 12 * window;
        using SampleFile sample = SampleFile.Sparse(512L * window);
        using var manager = new MapManager(new MapManagerOptions
        {
            WindowSize = window,
            Overlap = 0,
            MaxMappedBytes = budget,
            MaxCopiedBytes = budget,
            OverBudget = over,
        });
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = backing });
        int mostSeen = 0, leases = 6_000 / threads;
        TestThread[] all =
            [.. Enumerable.Range(0, threads).Select(seed => TestThread.Start(() => LeaseAtRandom(file, seed, leases)))];
        if (OperatingSystem.IsLinux())
        {
            for (int look = 0; look < 20; look++) mostSeen = Math.Max(mostSeen, ProcessView.Mappings(sample.Path));
        }

        foreach (TestThread thread in all) thread.Join();
        MapStatistics held = manager.GetStatistics();
        Assert.InRange(backing == Backing.Copy ? held.PeakCopiedBytes : held.PeakMappedBytes, budget / 2,
            budget + threads * window);
        // The list is not of one moment: a mapping that ends during the read may stand beside a new one.
        Assert.InRange(mostSeen, 0, 2 * (12 + threads));
        Assert.InRange(held.MappedBytes + held.CopiedBytes, 1, budget);
    }

    /// <summary>The overlap is the next window's: who charges it twice holds half of such a file.</summary>
    [Theory]
    [InlineData(64 * Kibibyte, null)]
    [InlineData(Mebibyte, null)]
    [InlineData(Mebibyte, Mebibyte)]
    [InlineData(4 * Mebibyte, null)]
    public void AFileOfExactlyTheBudgetStaysResidentAndASecondPassMapsNothing(int window, int? overlap)
    {
        const int Length = 32 * Mebibyte;
        using SampleFile sample = SampleFile.Sparse(Length);
        var options = new MapManagerOptions { WindowSize = window, MaxMappedBytes = Length };
        using var manager = new MapManager(overlap is { } set ? options with { Overlap = set } : options);
        using MappedFile file = manager.Open(sample.Path, new MappedFileOptions { Backing = Backing.Map });
        for (long at = 0; at < Length; at += window) file.LeaseSpan(at, 1).Dispose();
        MapStatistics first = manager.GetStatistics();
        Assert.Equal((Length, Length / window), (first.MappedBytes, first.Regions));

        for (long at = 0; at < Length; at += window) file.LeaseSpan(at, 1).Dispose();
        LeaseAtRandom(file, 1, 2_000);
        MapStatistics second = manager.GetStatistics();
        Assert.Equal((first.Maps, 0L), (second.Maps, second.Evictions));
    }

    private static void LeaseAtRandom(MappedFile file, int seed, int leases)
    {
        var random = new Random(seed);
        for (int i = 0; i < leases; i++)
        {
            using SpanLease lease = file.LeaseSpan(random.NextInt64(file.Length - 8), 8);
            Assert.Equal(0, lease.Span[0]);
        }
    }
}
