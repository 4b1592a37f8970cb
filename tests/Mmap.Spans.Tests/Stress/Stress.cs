using System.Diagnostics;

namespace Mmap.Spans.Tests.Stress;

/// <summary>One way to press the library, laid out by a plan. Its threads take turns until the time is over.</summary>
/// <param name="plan">Threads, budget, windows and the other axes.</param>
internal abstract class Stress(StressPlan plan) : IDisposable
{
    private bool _isOver;

    /// <summary>Every kind by its name, in the order in which they are run.</summary>
    public static IReadOnlyDictionary<string, Func<StressPlan, Stress>> Kinds { get; } =
        new Dictionary<string, Func<StressPlan, Stress>>
        {
            ["rounds"] = plan => new RoundStress(plan),
            ["leases"] = plan => new LeaseStress(plan),
            ["faults"] = plan => new FaultStress(plan),
            ["trims"] = plan => new TrimStress(plan),
            ["limbo"] = plan => new LimboStress(plan),
            ["closing"] = plan => new ClosingStress(plan),
            ["order"] = plan => new OrderStress(plan),
            ["peaks"] = plan => new PeakStress(plan),
            ["mapped"] = plan => new MappedStress(plan, Backing.Map),
            ["copies"] = plan => new MappedStress(plan, Backing.Auto),
            ["truncation"] = plan => new TruncationStress(plan),
        };

    protected StressPlan Plan { get; } = plan;

    /// <summary>The threads that take turns.</summary>
    protected virtual int Threads => Plan.Threads;

    /// <summary>True if the present turn is the last.</summary>
    protected bool IsOver => Volatile.Read(ref _isOver);

    /// <summary>Runs one kind as a seed lays it out.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="seed">The source of the plan and of the random numbers.</param>
    /// <param name="time">The time in which turns begin.</param>
    /// <param name="patience">The time for the last turn after that: longer is a lost wake-up.</param>
    /// <exception cref="StressFailedException">Something is broken; the message has kind and seed.</exception>
    public static void Run(string kind, int seed, TimeSpan time, TimeSpan patience)
    {
        var plan = StressPlan.Of(seed);
        Stress stress = Kinds[kind](plan);
        try
        {
            stress.Run(time, patience);
            stress.Verify();
        }
        catch (Exception e)
        {
            // Not disposed: a thread that hangs may still read what would be freed.
            throw new StressFailedException($"{kind} {seed} ({plan}): {e.Message}", e);
        }

        stress.Dispose();
    }

    /// <summary>One turn of a thread.</summary>
    protected abstract void Turn(int thread, Random random);

    /// <summary>Checks the invariants after all threads have ended.</summary>
    protected abstract void Verify();

    public abstract void Dispose();

    protected static void Require(bool condition, string message)
    {
        if (!condition) throw new InvalidOperationException(message);
    }

    private void Run(TimeSpan time, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        Exception? first = null;
        var threads = new Thread[Threads];
        for (int i = 0; i < threads.Length; i++)
        {
            int number = i;
            threads[i] = new Thread(() =>
            {
                var random = new Random(Plan.Seed * 31 + number);
                try
                {
                    while (!IsOver && Stopwatch.GetElapsedTime(start) < time)
                    {
                        Turn(number, random);
                        if (Plan.Collections && random.Next(2000) == 0) GC.Collect(random.Next(2));
                    }
                }
                catch (Exception e)
                {
                    // The first is the cause; later ones may be its consequences.
                    Interlocked.CompareExchange(ref first, e, null);
                }
                finally
                {
                    Volatile.Write(ref _isOver, true);
                }
            })
            { IsBackground = true };
        }

        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads)
        {
            TimeSpan left = time + patience - Stopwatch.GetElapsedTime(start);
            // The error of a failed thread says more than that of a thread that waits for it.
            if (!thread.Join(left > TimeSpan.Zero ? left : TimeSpan.Zero) && Volatile.Read(ref first) is null)
                throw new TimeoutException("A thread hangs: a wake-up was lost.");
        }

        if (Volatile.Read(ref first) is { } failure) throw new InvalidOperationException(failure.Message, failure);
    }
}
