using System.Collections.Concurrent;
using Mmap.Spans.Regions;
using Mmap.Spans.Tests.Infrastructure;
using Xunit;

namespace Mmap.Spans.Tests.Regions;

/// <summary>The load of a missed window: once, by one thread, while no other thread waits for it.</summary>
public class TableLoadingTests
{
    private const int Step = StampedFile.Step;

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public void ThreadsThatMissOneWindowTogetherShareOneLoad(int threads)
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using DelayedLoad delay = file.Backing.DelayLoad(Step);
        var got = new ConcurrentBag<Region>();

        void acquire() => got.Add(file.Table.Acquire(file.Directory, 1));
        TestThread[] all = [.. Enumerable.Range(0, threads).Select(_ => TestThread.Start(acquire))];
        delay.WaitUntilReached();
        foreach (TestThread thread in all) thread.WaitUntilAsleep();
        delay.Proceed();
        foreach (TestThread thread in all) thread.Join();

        Region region = Assert.Single(got.Distinct());
        Assert.Equal(1, file.Backing.LoadCalls);
        Assert.Equal(threads, region.State.References);
        Assert.Equal(1, manager.GetStatistics().Misses);
        foreach (Region each in got) file.Table.Release(each);
        Assert.Equal(0, region.State.References);
    }

    [Fact]
    public void SpanReadersThatMissOneWindowTogetherAllGetItsBytes()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using DelayedLoad delay = file.Backing.DelayLoad(2 * Step);
        TestThread[] all = [.. Enumerable.Range(0, 8).Select(number => TestThread.Start(() =>
        {
            using SpanLease lease = file.File.LeaseSpan(2 * Step + number * 8, 64);
            file.Backing.Check(lease.Span, 2 * Step + number * 8);
        }))];
        delay.WaitUntilReached();
        foreach (TestThread thread in all) thread.WaitUntilAsleep();
        delay.Proceed();
        foreach (TestThread thread in all) thread.Join();
        Assert.Equal(1, file.Backing.LoadCalls);
    }

    [Fact]
    public void WhenALoadFailsItsLoaderGetsTheErrorAndEachWaiterStartsOver()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using DelayedLoad delay = file.Backing.DelayLoad(Step);
        file.Backing.FailLoad(1, () => new IOException("the disk is gone"));

        TestThread loader = TestThread.Start(() => file.Use(1));
        delay.WaitUntilReached();
        TestThread[] waiters = [.. Enumerable.Range(0, 4).Select(_ => TestThread.Start(() => file.Use(1)))];
        foreach (TestThread waiter in waiters) waiter.WaitUntilAsleep();
        delay.Proceed();

        Assert.Equal("the disk is gone", Assert.Throws<IOException>(() => loader.Join()).Message);
        foreach (TestThread waiter in waiters) waiter.Join();
        Assert.Equal(2, file.Backing.LoadCalls);
        Assert.Equal([1], file.Windows);
        Assert.Equal(Step, file.Table.Budget.Bytes);
        Assert.Equal(1, file.Table.Budget.Regions);
    }

    [Fact]
    public void WhenALoadKeepsFailingEveryThreadGetsAnErrorOfItsOwnAndNothingIsCharged()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using DelayedLoad delay = file.Backing.DelayLoad(Step);
        int thrown = 0;
        file.Backing.FailLoads(5, () => new IOException($"error {Interlocked.Increment(ref thrown)}"));

        var errors = new ConcurrentBag<string>();
        TestThread[] all = [.. Enumerable.Range(0, 5).Select(_ => TestThread.Start(
            () => errors.Add(Assert.Throws<IOException>(() => file.Use(1)).Message)))];
        delay.WaitUntilReached();
        foreach (TestThread thread in all) thread.WaitUntilAsleep();
        delay.Proceed();
        foreach (TestThread thread in all) thread.Join();

        Assert.Equal(["error 1", "error 2", "error 3", "error 4", "error 5"], errors.Order());
        AtRest.AssertNothingCharged(file.Table);
        Assert.Null(file.Directory.At(1));
        file.Use(1);
        Assert.Equal([1], file.Windows);
    }

    [Fact]
    public void ALoadThatTakesLongHoldsUpNoOtherWindow()
    {
        using MapManager manager = StampedFile.Manager(2);
        using var file = new StampedFile(manager, 8);
        using DelayedLoad delay = file.Backing.DelayLoad(0);
        TestThread slow = TestThread.Start(() => file.Use(0));
        delay.WaitUntilReached();

        // Hits, misses, evictions, a sweep and a trim, all while window 0 is being loaded.
        file.Use(1, 2, 3, 4, 4, 1);
        using (SpanLease lease = file.File.LeaseSpan(5 * Step, 100)) file.Backing.Check(lease.Span[..96], 5 * Step);
        manager.Trim();
        Assert.Empty(file.Windows);

        delay.Proceed();
        slow.Join();
        Assert.Equal([0], file.Windows);
    }

    [Fact]
    public void AWaiterThatIsInterruptedLeavesNoReference()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using DelayedLoad delay = file.Backing.DelayLoad(Step);
        TestThread loader = TestThread.Start(() => file.Use(1));
        delay.WaitUntilReached();
        TestThread waiter = TestThread.Start(() => file.Use(1));
        waiter.WaitUntilAsleep();
        waiter.Interrupt();
        Assert.Throws<ThreadInterruptedException>(() => waiter.Join());
        delay.Proceed();
        loader.Join();

        Assert.Equal(0, file.Directory.At(1)!.State.References);
        Assert.Equal(1, manager.Trim());
        Assert.Empty(file.Windows);
    }

    /// <summary>Broken once: the interrupt came when the loader was about to wake its waiter, who then slept for
    /// ever.</summary>
    [Fact]
    public void AnInterruptAtAMonitorOfTheTableWaitsForTheNextWait()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using DelayedLoad delay = file.Backing.DelayLoad(Step);
        bool interruptedLater = false;
        TestThread loader = TestThread.Start(() =>
        {
            file.Use(1);
            try
            {
                Thread.Sleep(Timeout.Infinite);
            }
            catch (ThreadInterruptedException)
            {
                interruptedLater = true;
            }
        });
        delay.WaitUntilReached();
        TestThread waiter = TestThread.Start(() => file.Use(1));
        waiter.WaitUntilAsleep();

        Region region = file.Directory.At(1)!;
        lock (region)
        {
            delay.Proceed();
            // From now on the loader waits for the monitor, to wake the waiter.
            Assert.True(SpinWait.SpinUntil(() => region.State.IsLive, TestThread.Patience));
            loader.WaitUntilAsleep();
            loader.Interrupt();
        }

        loader.Join();
        waiter.Join();
        Assert.True(interruptedLater);
        Assert.Equal(1, manager.Trim());
    }

    [Fact]
    public void ALoadThatFinishesAfterItsFileWasClosedServesItsThreadAndIsUnloadedThen()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using DelayedLoad delay = file.Backing.DelayLoad(Step);
        MemoryLease? lease = null;
        TestThread loader = TestThread.Start(() => lease = file.File.LeaseMemory(Step + 8, 64));
        delay.WaitUntilReached();
        file.Close();
        delay.Proceed();
        loader.Join();

        file.Backing.Check(lease!.Span, Step + 8);
        Assert.Equal([1], file.Windows);
        lease.Dispose();
        Assert.Empty(file.Windows);
        AtRest.AssertNothingCharged(manager.Table);
    }

    [Fact]
    public void WaitersForALoadWhoseFileIsClosedMeanwhileStillGetTheirBytes()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using DelayedLoad delay = file.Backing.DelayLoad(Step);
        TestThread[] all = [.. Enumerable.Range(0, 3).Select(_ => TestThread.Start(() =>
        {
            using SpanLease lease = file.File.LeaseSpan(Step, 64);
            file.Backing.Check(lease.Span, Step);
        }))];
        delay.WaitUntilReached();
        foreach (TestThread thread in all) thread.WaitUntilAsleep();
        file.Close();
        delay.Proceed();
        foreach (TestThread thread in all) thread.Join();
        Assert.Empty(file.Windows);
        AtRest.AssertNothingCharged(manager.Table);
    }

    [Fact]
    public void ALoadThatFailsAfterItsFileWasClosedLeavesNothingBehind()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        using DelayedLoad delay = file.Backing.DelayLoad(Step);
        file.Backing.FailLoad(1, () => new IOException("the disk is gone"));
        TestThread loader = TestThread.Start(() => file.Use(1));
        delay.WaitUntilReached();
        file.Close();
        delay.Proceed();
        Assert.Throws<IOException>(() => loader.Join());
        AtRest.AssertNothingCharged(manager.Table);
    }

    [Fact]
    public void AShortLoadOfAnExactRegionIsGivenBack()
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4);
        file.Backing.Length = 2 * Step;
        FileChangedException e = Assert.Throws<FileChangedException>(() => file.File.LeaseMemory(Step - 8, 2 * Step));
        Assert.Contains("stamped 1", e.Message, StringComparison.Ordinal);
        Assert.Empty(file.Windows);
        AtRest.AssertNothingCharged(manager.Table);
    }

    /// <summary>The first part ends in the overlap; the file then ends before, at, or just behind that very
    /// place.</summary>
    [Theory]
    [InlineData(Step + 1016)]
    [InlineData(Step + 1024)]
    [InlineData(Step + 1032)]
    [InlineData(2 * Step)]
    public void ASequenceWhoseFileShrinksWhileItIsTakenIsRefusedWhole(long newLength)
    {
        using MapManager manager = StampedFile.Manager(4);
        using var file = new StampedFile(manager, 4, overlap: 1024);
        using DelayedLoad delay = file.Backing.DelayLoad(0);
        TestThread taker = TestThread.Start(() => file.File.LeaseSequence(8, 3 * Step).Dispose());
        delay.WaitUntilReached();
        file.ResizeTo(newLength);
        delay.Proceed();
        Assert.Throws<FileChangedException>(() => taker.Join());
        manager.Trim();
        AtRest.AssertNothingCharged(manager.Table);
    }
}
