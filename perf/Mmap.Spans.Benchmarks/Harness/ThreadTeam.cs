using System.Diagnostics;

namespace Mmap.Spans.Benchmarks.Harness;

/// <summary>Threads that wait for work and begin it together.</summary>
/// <remarks>
/// Each thread takes its own times, so waking and joining them are not in the figures. The time of a round is the mean
/// of the threads' processor times: with more threads than processors a thread waits its turn, which is no cost of the
/// work. Each has its canaries: those before are run by all at once, so that two threads which the machine has put on
/// one core see each other in them.
/// </remarks>
internal sealed class ThreadTeam : IDisposable
{
    private readonly Thread[] _threads;
    private readonly SemaphoreSlim _begin = new(0);
    private readonly CountdownEvent _ended;
    private readonly Times[] _times;
    private readonly long[] _results;
    private Func<int, long> _work = _ => 0;
    private int _arrived;
    private volatile bool _closing;

    private readonly record struct Times(long Begin, long End, long Processor, double Canary);

    public ThreadTeam(int size)
    {
        _times = new Times[size];
        _results = new long[size];
        _ended = new CountdownEvent(size);
        _threads = [.. Enumerable.Range(0, size)
            .Select(index => new Thread(() => Live(index)) { IsBackground = true })];
        foreach (Thread thread in _threads) thread.Start();
    }

    /// <summary>
    /// Nanoseconds of the last round of any team, a thread; the harness takes it and sets it to null.
    /// </summary>
    public static double? LastNanoseconds { get; set; }

    /// <summary>
    /// The slowest canary of that round, in nanoseconds; not a number with more threads than processors, which
    /// interrupt each other's.
    /// </summary>
    public static double LastCanary { get; private set; }

    /// <summary>Has every thread do the work, which is given the thread's number, and adds the results.</summary>
    public long Run(Func<int, long> work)
    {
        _work = work;
        _arrived = 0;
        _ended.Reset();
        _begin.Release(_threads.Length);
        _ended.Wait();
        LastNanoseconds = WasUndisturbed() ? _times.Average(times => times.Processor) : double.NaN;
        LastCanary = _threads.Length > Environment.ProcessorCount ? double.NaN : _times.Max(times => times.Canary);

        // Sums of words wrap around; Enumerable.Sum would throw.
        long sum = 0;
        foreach (long result in _results) sum += result;
        return sum;
    }

    public void Dispose()
    {
        _closing = true;
        _begin.Release(_threads.Length);
        foreach (Thread thread in _threads) thread.Join();
        _begin.Dispose();
        _ended.Dispose();
    }

    /// <summary>
    /// True if the threads really ran at the same time. A thread that began late, or lost its processor to another
    /// program, took away the competition that is measured. With more threads than processors this cannot be known.
    /// </summary>
    private bool WasUndisturbed()
    {
        const double EnoughShare = 0.85;
        if (_threads.Length > Environment.ProcessorCount) return true;

        double together = _times.Min(times => times.End) - _times.Max(times => times.Begin);
        return _times.All(times => times.Processor >= EnoughShare * (times.End - times.Begin)
                                   && together >= EnoughShare * (times.End - times.Begin));
    }

    private void Live(int index)
    {
        while (true)
        {
            _begin.Wait();
            if (_closing) return;

            // Order: full; all threads see the count rise. The start is a spin so that it is the same for all.
            Interlocked.Increment(ref _arrived);
            var spin = new SpinWait();
            while (Volatile.Read(ref _arrived) < _threads.Length) spin.SpinOnce(sleep1Threshold: -1);

            double canary = Canary.Run();
            long begin = Nanoseconds(), processor = ProcessorClock.Now();
            _results[index] = _work(index);
            processor = ProcessorClock.Now() - processor;
            long end = Nanoseconds();
            _times[index] = new Times(begin, end, processor, Math.Max(canary, Canary.Run()));
            _ended.Signal();
        }
    }

    private static long Nanoseconds() => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));
}
