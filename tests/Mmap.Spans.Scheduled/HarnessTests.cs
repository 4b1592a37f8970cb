using Mmap.Spans.Scheduled.Histories;
using Mmap.Spans.Scheduled.Scheduling;
using Xunit;
using static Mmap.Spans.Scheduled.Histories.OperationKind;

namespace Mmap.Spans.Scheduled;

/// <summary>The scheduler and the checker do what the proofs beside them take for granted.</summary>
public sealed class HarnessTests
{
    private sealed record Threads(IReadOnlyList<Action> Bodies, Action Check) : IScenarioRun
    {
        IReadOnlyList<Action> IScenarioRun.Threads => Bodies;

        Action? IScenarioRun.Prologue => null;

        void IScenarioRun.Verify() => Check();
    }

    [Fact]
    public void ALostUpdateIsFound()
    {
        var scenario = new Scenario("lost-update", () =>
        {
            int[] count = [0];
            void Add()
            {
                int seen = Volatile.Read(ref count[0]);
                Volatile.Write(ref count[0], seen + 1);
            }

            return new Threads([Add, Add], () => Require(count[0] == 2, $"The count is {count[0]}."));
        });

        Finding? finding = new Explorer(scenario, 1).Explore(100, 0);
        Assert.NotNull(finding);
        Assert.Contains("The count is 1.", finding.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void ADeadlockIsFound()
    {
        var scenario = new Scenario("deadlock", () =>
        {
            object first = new(), second = new();
            return new Threads([() => Nest(first, second), () => Nest(second, first)], () => { });
        });

        Finding? finding = new Explorer(scenario, 1).Explore(100, 0);
        Assert.NotNull(finding);
        Assert.Contains("Deadlock", finding.Failure, StringComparison.Ordinal);
    }

    /// <summary>The litmus test that hazard slots stand on: store one's own, read the other's; both may read the old
    /// value.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public unsafe void AStoreIsSeenLateUnlessAFenceStandsBehindIt(bool fenced)
    {
        var scenario = new Scenario("store-buffering", () =>
        {
            long* cells = (long*)Shim.NativeMemory.AlignedAlloc(256, 128);
            long[] read = new long[2];
            void Run(int self)
            {
                Volatile.Write(ref cells[16 * self], 1);
                if (fenced) Interlocked.MemoryBarrierProcessWide();
                read[self] = Volatile.Read(ref cells[16 * (1 - self)]);
            }

            return new Threads([() => Run(0), () => Run(1)], () =>
                Require(read[0] + read[1] > 0, "Neither saw the other."));
        });

        Finding? finding = new Explorer(scenario, 1).Explore(1000, 200);
        Assert.Equal(fenced, finding is null);
    }

    [Fact]
    public void ASeedRepeatsItsSchedule()
    {
        var scenario = new Scenario("order", () =>
        {
            int[] last = [-1];
            void Note(int self)
            {
                for (int i = 0; i < 3; i++) Volatile.Write(ref last[0], self);
            }

            return new Threads([() => Note(0), () => Note(1)], () => Require(last[0] != 0, "Thread 0 was the last."));
        });

        Finding found = new Explorer(scenario, 1).Explore(0, 100)!;
        Finding? again = new Explorer(scenario, 1).Repeat(found.Seed[(scenario.Name.Length + 1)..]);
        Finding? byPath = new Explorer(scenario, 1).Repeat(found.Path[(scenario.Name.Length + 1)..]);
        Assert.Equal((found.Path, found.Trace), (again?.Path, again?.Trace));
        Assert.Equal((found.Path, found.Trace), (byPath?.Path, byPath?.Trace));
    }

    public static TheoryData<bool, Operation[]> Histories => new()
    {
        { true, [new(Lease, 1, 1, 2), new(Release, 1, 3, 4), new(Lease, 2, 5, 6), new(Release, 2, 7, 8)] },
        // Two leases at one time are of one load.
        { false, [new(Lease, 1, 1, 2), new(Lease, 2, 3, 4), new(Release, 1, 5, 6), new(Release, 2, 7, 8)] },
        // Unless the window was detached in between, or may have been.
        { true, [new(Lease, 1, 1, 2), new(Detach, 0, 1, 6), new(Lease, 2, 3, 4), new(Release, 1, 7, 8),
            new(Release, 2, 7, 8)] },
        { false, [new(Lease, 1, 1, 2), new(Lease, 2, 3, 4), new(Detach, 0, 5, 6), new(Release, 1, 7, 8),
            new(Release, 2, 7, 8)] },
        // A replaced load does not come back.
        { false, [new(Lease, 1, 1, 2), new(Release, 1, 3, 4), new(Lease, 2, 5, 6), new(Release, 2, 7, 8),
            new(Lease, 1, 9, 10), new(Release, 1, 11, 12)] },
        // Closed means closed, and open means open.
        { false, [new(Close, 0, 1, 2), new(Lease, 1, 3, 4), new(Release, 1, 5, 6)] },
        { true, [new(Close, 0, 1, 4), new(Lease, 1, 3, 5), new(Release, 1, 6, 7)] },
        { false, [new(Refused, 0, 1, 2), new(Close, 0, 3, 4)] },
    };

    [Theory]
    [MemberData(nameof(Histories))]
    public void TheCheckerKnowsWhatCanHaveHappened(bool possible, Operation[] history) =>
        Assert.Equal(possible, Linearizability.IsLinearizable(history));

    private static void Require(bool condition, string message)
    {
        if (!condition) Schedule.Fail(message);
    }

    private static void Nest(object outer, object inner)
    {
        Monitor.Enter(outer);
        Monitor.Enter(inner);
        Monitor.Exit(inner);
        Monitor.Exit(outer);
    }
}
