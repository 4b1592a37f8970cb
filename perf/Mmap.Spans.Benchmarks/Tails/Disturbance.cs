namespace Mmap.Spans.Benchmarks.Tails;

/// <summary>A thread that does the same again and again until it is stopped.</summary>
internal sealed class Disturbance
{
    private readonly Thread _thread;
    private readonly Action? _end;
    private volatile bool _stopping;

    private Disturbance(Action<long> turn, Action? end)
    {
        _end = end;
        _thread = new Thread(() =>
        {
            for (long number = 0; !_stopping; number++) turn(number);
        });
    }

    /// <summary>Begins.</summary>
    /// <param name="turn">The work of a turn, by its number.</param>
    /// <param name="end">The work after the last turn.</param>
    public static Disturbance Start(Action<long> turn, Action? end = null)
    {
        var disturbance = new Disturbance(turn, end);
        disturbance._thread.Start();
        return disturbance;
    }

    /// <summary>Ends it.</summary>
    public void Stop()
    {
        _stopping = true;
        _thread.Join();
        _end?.Invoke();
    }
}
