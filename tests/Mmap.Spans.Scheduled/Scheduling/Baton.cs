namespace Mmap.Spans.Scheduled.Scheduling;

/// <summary>Passes the right to run from one real thread to another. One gives, one waits.</summary>
internal sealed class Baton
{
    /// <summary>A hand-over on another core is quicker than a sleep; on a busy machine spinning longer only steals
    /// time.</summary>
    private const int Spins = 30;

    private readonly object _lock = new();
    private bool _given;

    public void Give()
    {
        lock (_lock)
        {
            System.Threading.Volatile.Write(ref _given, true);
            System.Threading.Monitor.Pulse(_lock);
        }
    }

    public void Await()
    {
        for (int i = 0; i < Spins && !System.Threading.Volatile.Read(ref _given); i++)
            System.Threading.Thread.SpinWait(20);
        lock (_lock)
        {
            while (!_given) System.Threading.Monitor.Wait(_lock);
            _given = false;
        }
    }
}
